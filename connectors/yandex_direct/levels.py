"""The reports that are asked for: which columns, and which of them say what a row is about.

A `CUSTOM_REPORT` groups by its named columns alone (yandex.com/dev/direct/doc/en/type). With
`Goals` each of the columns that tell of goals comes once per goal and attribution model, named
`Conversions_20002_AUTO` (/spec).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from connectors.stream import Days

_OF_GOALS = ("Conversions", "Revenue")
_FIGURES = ("Impressions", "Clicks", "Cost", "Conversions", "Revenue")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report's definition, its period aside.

    Args:
        kind: the API's `ReportType`.
        fields: its columns; `Date` is one of them.
        identity: the columns that with the day say what a row is about; the first always has a
            value, further ones have none for a campaign of the wizard.
        goals: Metrica's goals to be told apart.
        model: how these are credited.
        with_vat: whether the cost includes VAT.
    """

    kind: str
    fields: tuple[str, ...]
    identity: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    model: str = "AUTO"
    with_vat: bool = True

    def params(self, days: Days) -> dict[str, object]:
        """Return the parameters over a period, all but the report's name."""
        params: dict[str, object] = {
            "SelectionCriteria": {"DateFrom": f"{days.first}", "DateTo": f"{days.last}"},
            "FieldNames": list(self.fields),
            "ReportType": self.kind,
            "DateRangeType": "CUSTOM_DATE",
            "Format": "TSV",
            "IncludeVAT": "YES" if self.with_vat else "NO",
        }
        if self.goals:
            params |= {"Goals": list(self.goals), "AttributionModels": [self.model]}
        return params

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the answer."""
        return tuple(self._columns())

    def _columns(self) -> Iterator[str]:
        for name in self.fields:
            if self.goals and name in _OF_GOALS:
                yield from (f"{name}_{goal}_{self.model}" for goal in self.goals)
            else:
                yield name


ACCOUNT_DAYS = Report(kind="ACCOUNT_PERFORMANCE_REPORT", fields=("Date", "Cost"))
"""Direct's own totals of an advertiser's day."""

CAMPAIGN_DAYS = Report(
    kind="CUSTOM_REPORT",
    fields=("Date", "CampaignId", "CampaignName", "CampaignType", *_FIGURES),
    identity=("CampaignId",),
)
AD_GROUP_DAYS = Report(
    kind="CUSTOM_REPORT",
    fields=("Date", "CampaignId", "CampaignName", "AdGroupId", "AdGroupName", *_FIGURES),
    identity=("CampaignId", "AdGroupId"),
)
AD_DAYS = Report(
    kind="CUSTOM_REPORT",
    fields=("Date", "CampaignId", "CampaignName", "AdGroupId", "AdGroupName", "AdId", *_FIGURES),
    identity=("CampaignId", "AdGroupId", "AdId"),
)
KEYWORD_DAYS = Report(
    kind="CUSTOM_REPORT",
    fields=(
        *("Date", "CampaignId", "CampaignName", "AdGroupId", "AdGroupName"),
        *("CriterionId", "Criterion", "CriterionType", *_FIGURES),
    ),
    identity=("CampaignId", "AdGroupId", "CriterionId"),
)
GOAL_DAYS = Report(
    kind="CUSTOM_REPORT",
    fields=("Date", "CampaignId", "Conversions", "Revenue"),
    identity=("CampaignId",),
)
"""Without cost: it is no goal's."""
