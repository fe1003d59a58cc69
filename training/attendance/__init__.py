"""Signing attendance by half-day: a trainer opens a slot, trainees sign on their own phones, the trainer countersigns.

`Desk` is what trainers, managers and the API use; `Entrance` what a link or a QR code opens, without an account.
"""

from training.attendance.desk import Desk
from training.attendance.device import Device
from training.attendance.display import Display, PersonalLink
from training.attendance.entrance import Entrance
from training.attendance.mark import Author, DeviceClass, Evidence, Mark, Method, Remark, Rule, Status
from training.attendance.sheet import Countersignature, Line, Sheet, SheetState
from training.attendance.visit import Choice, MailedCode, Reading, Receipt, Signature, Ticket, Visit

__all__ = [
    "Author",
    "Choice",
    "Countersignature",
    "Desk",
    "Device",
    "DeviceClass",
    "Display",
    "Entrance",
    "Evidence",
    "Line",
    "MailedCode",
    "Mark",
    "Method",
    "PersonalLink",
    "Reading",
    "Receipt",
    "Remark",
    "Rule",
    "Sheet",
    "SheetState",
    "Signature",
    "Status",
    "Ticket",
    "Visit",
]
