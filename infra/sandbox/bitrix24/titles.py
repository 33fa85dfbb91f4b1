"""What a Russian portal calls the standard fields, as `crm.item.fields` gives their `title`.

A field without a title of its own is called by its UPPER name, as on the portal.
"""

from __future__ import annotations

PARENT_TITLES = {
    1: "Лид",
    2: "Сделка",
    3: "Контакт",
    4: "Компания",
    7: "Предложение",
    31: "Счёт",
}
"""What the link to an item of another type is called, by that type."""

_TITLES = {
    "id": "ID",
    "title": "Название",
    "xmlId": "Внешний код",
    "createdTime": "Когда создан",
    "updatedTime": "Когда обновлён",
    "createdBy": "Кем создан",
    "updatedBy": "Кем обновлён",
    "assignedById": "Ответственный",
    "opened": "Доступен для всех",
    "webformId": "Создано CRM-формой",
    "begindate": "Дата начала",
    "closedate": "Дата завершения",
    "companyId": "Компания",
    "contactId": "Контакт",
    "observers": "Наблюдатели",
    "categoryId": "Воронка",
    "movedTime": "Когда перемещён",
    "movedBy": "Кем перемещён",
    "stageId": "Стадия",
    "previousStageId": "Предыдущая стадия",
    "stageSemanticId": "Группа стадии",
    "sourceId": "Источник",
    "sourceDescription": "Дополнительно об источнике",
    "currencyId": "Валюта",
    "isManualOpportunity": "Режим расчёта суммы",
    "opportunity": "Сумма",
    "taxValue": "Сумма налога",
    "mycompanyId": "Реквизиты вашей компании",
    "lastActivityBy": "Кем была выполнена последняя активность",
    "lastActivityTime": "Последняя активность",
    "lastCommunicationTime": "Последняя коммуникация",
    "name": "Имя",
    "secondName": "Отчество",
    "lastName": "Фамилия",
    "honorific": "Обращение",
    "birthdate": "Дата рождения",
    "companyTitle": "Название компании",
    "post": "Должность",
    "address": "Адрес",
    "comments": "Комментарий",
    "statusDescription": "Дополнительно о стадии",
    "dateClosed": "Дата завершения",
    "isReturnCustomer": "Повторный клиент",
    "isRepeatedApproach": "Повторное обращение",
    "isRecurring": "Регулярная сделка",
    "isNew": "Новая",
    "closed": "Закрыта",
    "typeId": "Тип",
    "probability": "Вероятность",
    "leadId": "Лид",
    "dealId": "Сделка",
    "quoteId": "Предложение",
    "quoteNumber": "Номер",
    "accountNumber": "Номер",
    "actualDate": "Действительно до",
    "content": "Содержание",
    "terms": "Условия",
    "locationId": "Местоположение",
    "personTypeId": "Тип плательщика",
    "additionalInfo": "Дополнительная информация",
    "originatorId": "Внешний источник",
    "originId": "Идентификатор элемента во внешнем источнике",
    "originVersion": "Версия оригинала",
    "hasPhone": "Задан телефон",
    "hasEmail": "Задан e-mail",
    "hasImol": "Задана открытая линия",
    "photo": "Фотография",
    "logo": "Логотип",
    "export": "Участвует в экспорте контактов",
    "industry": "Сфера деятельности",
    "employees": "Кол-во сотрудников",
    "revenue": "Годовой оборот",
    "bankingDetails": "Банковские реквизиты",
    "isMyCompany": "Моя компания",
    "utmSource": "UTM Source",
    "utmMedium": "UTM Medium",
    "utmCampaign": "UTM Campaign",
    "utmContent": "UTM Content",
    "utmTerm": "UTM Term",
}


def title_of(name: str, upper: str) -> str:
    """Return the title of a standard field.

    Args:
        name: its camelCase name.
        upper: its UPPER name.
    """
    return _TITLES.get(name, upper)
