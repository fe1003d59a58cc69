"""Small invented tables in the format of OULAD: two modules in two presentations, a few dozen learners."""

from __future__ import annotations

import csv
import gzip
import random
from pathlib import Path
from typing import Final

MODULES: Final = ("AAA", "BBB")
PRESENTATIONS: Final = ("2013B", "2013J")
LEARNERS: Final = 24
LENGTH: Final = 240


def furnish(folder: Path, *, is_zipped: bool = False, with_days: bool = False) -> Path:
    """Write the tables into a folder; `with_days` adds every day's clicks and leaves the counts out."""
    chance = random.Random(5)
    tables = {name: [columns] for name, columns in _COLUMNS.items()}
    for module in MODULES:
        for at, presentation in enumerate(PRESENTATIONS):
            course = [module, presentation]
            tables["courses"].append([*course, LENGTH])
            first = 100 * MODULES.index(module) + 10 * at
            _assessments(tables, course, first)
            for number in range(LEARNERS):
                # The first learners of AAA come again in the autumn; everybody else is somebody else.
                student = number if module == "AAA" and number < 4 else 1000 * MODULES.index(module) + 100 * at + number
                _enrol(tables, course, student, first, chance, with_days=with_days)
    _hand_out_again(tables)
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        if len(rows) > 1:
            _write(folder / (f"{name}.csv.gz" if is_zipped else f"{name}.csv"), rows)
    return folder


_COLUMNS: Final[dict[str, list[object]]] = {
    "courses": ["code_module", "code_presentation", "module_presentation_length"],
    "assessments": ["code_module", "code_presentation", "id_assessment", "assessment_type", "date", "weight"],
    "vle": ["id_site", "code_module", "code_presentation", "activity_type", "week_from", "week_to"],
    "studentInfo": ["code_module", "code_presentation", "id_student", "gender", "region", "highest_education",
                    "imd_band", "age_band", "num_of_prev_attempts", "studied_credits", "disability", "final_result"],
    "studentRegistration": ["code_module", "code_presentation", "id_student", "date_registration",
                            "date_unregistration"],
    "studentAssessment": ["id_assessment", "id_student", "date_submitted", "is_banked", "score"],
    "studentVle": ["code_module", "code_presentation", "id_student", "id_site", "date", "sum_click"],
    "cumulative_by_week": ["code_module", "code_presentation", "id_student", "week", "day", "total_clicks",
                           "active_days", "rows"],
    "pre_course": ["code_module", "code_presentation", "id_student", "clicks", "rows"],
    "week8_by_enrolment": ["code_module", "code_presentation", "id_student", "total_clicks"],
}  # fmt: skip


def _assessments(tables: dict[str, list[list[object]]], course: list[str], first: int) -> None:
    for at, (kind, day, weight) in enumerate((("TMA", "20", 40), ("CMA", "50", 10), ("TMA", "90", 50))):
        tables["assessments"].append([*course, first + at, kind, day, weight])
    # Of some exams the table does not say when they are.
    tables["assessments"].append([*course, first + 3, "Exam", "" if first % 100 else "235", 100])
    tables["vle"].append([first + 5000, *course, "oucontent", "", ""])


def _enrol(
    tables: dict[str, list[list[object]]], course: list[str], student: int, first: int, chance: random.Random,
    *, with_days: bool,
) -> None:  # fmt: skip
    zeal = chance.random()
    left = chance.randrange(1, 200) if zeal < 0.3 else None
    result = "Withdrawn" if left is not None else "Fail" if zeal < 0.5 else "Pass"
    again = int(course[1] == "2013J" and student < 4)
    who = [chance.choice("MF"), "Wales", "A Level", chance.choice(("0-10%", "")), "0-35"]
    tables["studentInfo"].append([*course, student, *who, again, 60, "N", result])
    registered = "" if student == 7 else -chance.randrange(5, 90)
    tables["studentRegistration"].append([*course, student, registered, "" if left is None else left])
    for at, due in enumerate((20, 50, 90)):
        day = due + chance.randrange(-5, 4)
        if chance.random() < zeal + 0.2 and (left is None or day < left):
            score = "" if chance.random() < 0.05 else chance.randrange(20, 100)
            tables["studentAssessment"].append([first + at, student, day, 0, score])
    days = sorted({chance.randrange(-20, 57) for _ in range(int(40 * zeal))})
    clicks = [(day, chance.randrange(1, 30)) for day in days if left is None or day < left]
    if with_days:
        tables["studentVle"] += [[*course, student, first + 5000, day, count] for day, count in clicks]
        # A row that says the same again, as the table has.
        tables["studentVle"] += [[*course, student, first + 5000, day, count] for day, count in clicks[:1]]
        return
    before = [count for day, count in clicks if day < 0]
    if before:
        tables["pre_course"].append([*course, student, sum(before), len(before)])
    for week in (2, 4, 6, 8):
        until = [count for day, count in clicks if day <= 7 * week]
        if until:
            counts = [week, 7 * week, sum(until), len(until), len(until)]
            tables["cumulative_by_week"].append([*course, student, *counts])
            if week == 8:
                tables["week8_by_enrolment"].append([*course, student, sum(until)])


def _hand_out_again(tables: dict[str, list[list[object]]]) -> None:
    """Take away the counts of learners with several enrolments, of whom only those of eight weeks are told."""
    count: dict[object, int] = {}
    for row in tables["studentInfo"][1:]:
        count[row[2]] = count.get(row[2], 0) + 1
    header, *rows = tables["cumulative_by_week"]
    tables["cumulative_by_week"] = [header, *(row for row in rows if count[row[2]] == 1)]


def _write(path: Path, rows: list[list[object]]) -> None:
    with gzip.open(path, "wt", newline="") if path.suffix == ".gz" else path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
