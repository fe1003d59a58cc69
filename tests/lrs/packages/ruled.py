"""Courses with rules: step by step, with a test at the end, and by what is known already."""

from __future__ import annotations

from tests.lrs.packages.building import Course, Part
from tests.lrs.packages.sequenced import (
    BY_CONTENT,
    control,
    objective,
    objectives,
    rule,
    rules,
    sequencing,
)

FREE = sequencing(control(choice=True, flow=True))
LINEAR = sequencing(control(choice=False, flow=True))
_WAITS = rule("pre", "disabled", "not satisfied@avant", "not objectiveStatusKnown@avant", combination="any")


def _step(name: str, before: str = "") -> Part:
    own = objective("sien", is_primary=True, writes=f"o-{name}")
    if not before:
        return Part(name, name.capitalize(), inside=sequencing(objectives(own) + BY_CONTENT))
    waits = rules(_WAITS) + objectives(own, objective("avant", reads=f"o-{before}"))
    return Part(name, name.capitalize(), inside=sequencing(waits + BY_CONTENT))


STEPS = Course(
    "2004", "fr.exemple.etapes", "Par étapes",
    (_step("protéger"), _step("alerter", "protéger"), _step("secourir", "alerter")), sequencing=FREE,
)  # fmt: skip
_RETRIED = rules(rule("post", "retryAll", "not satisfied"), rule("post", "exitAll", "satisfied"))
TESTED = Course(
    "2004", "fr.exemple.test", "Cours et test",
    (
        Part("cours", "Cours", inside=sequencing(BY_CONTENT)),
        Part("test", "Test", inside=sequencing(_RETRIED + BY_CONTENT)),
    ),
    sequencing=LINEAR,
)  # fmt: skip
_HIDDEN = (
    "<adlnav:presentation><adlnav:navigationInterface><adlnav:hideLMSUI>previous</adlnav:hideLMSUI>"
    "</adlnav:navigationInterface></adlnav:presentation>"
)


def _lesson(name: str, inside: str = "") -> Part:
    skipped = rules(rule("pre", "skip", "satisfied"))
    known = objectives(objective("su", is_primary=True, reads=f"g-{name}"))
    return Part(name, name.capitalize(), inside=inside + sequencing(skipped + known + BY_CONTENT))


KNOWN = Course(
    "2004", "fr.exemple.positionnement", "Positionnement",
    (
        Part("positionnement", "Positionnement", inside=sequencing(
            objectives("", objective("feu", writes="g-feu"), objective("fuite", writes="g-fuite")) + BY_CONTENT
        )),
        _lesson("feu"),
        _lesson("fuite", _HIDDEN),
        Part("fin", "Fin", inside=sequencing(
            objectives("", objective("rappel", reads="g-feu")) + BY_CONTENT
        )),
    ),
    sequencing=FREE,
)  # fmt: skip
ASKING = Course(
    identifier="fr.exemple.avant",
    title="D’abord",
    parts=(
        Part("a", "Protéger"),
        Part("b", "Alerter", inside='<adlcp:prerequisites type="aicc_script">a</adlcp:prerequisites>'),
        Part("c", "Annexe", inside='<adlcp:prerequisites type="aicc_script">~a | b &amp;</adlcp:prerequisites>'),
    ),
)
