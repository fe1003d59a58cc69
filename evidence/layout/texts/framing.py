"""What stands around every document: head, foot, seal, verification."""

from __future__ import annotations

from msgspec import UNSET

from evidence.content import DocumentType, Frame, Provider
from evidence.layout import french
from evidence.layout.pictures import qr_code
from evidence.layout.texts.words import Setting, Texts

DEVELOPMENT_NOTICE = "Cachet de développement – non qualifié"
_NOTICE_DETAIL = "scellé par une autorité de démonstration, ce document ne peut être opposé à un tiers."


def frame_texts(document_type: DocumentType, about: str, setting: Setting) -> Texts:
    """Return the texts of the frame; `about` names whom or what the document is about, for its title."""
    frame = setting.frame
    issued = french.day(frame.issued_at.astimezone(setting.zone).date())
    version = f"version {frame.version}"
    return {
        "title": document_type.heading,
        "full_title": f"{document_type.heading} – {about}" if about else document_type.heading,
        "about": about,
        "author": frame.provider.legal_name,
        "reference": f"N° {frame.number}, {version}, émis le {issued}",
        "short_reference": f"N° {frame.number}, {version}",
        "as_of": f"D’après ce qui était enregistré le {french.instant(frame.as_of, setting.zone)}.",
        "replaces": _replaces(frame, setting),
        "notice": DEVELOPMENT_NOTICE if frame.is_development else "",
        "notice_detail": _NOTICE_DETAIL if frame.is_development else "",
        "provider": _provider(frame.provider, setting),
        "seal": _seal(frame),
        "verification": _verification(frame),
    }


def _replaces(frame: Frame, setting: Setting) -> str:
    before = frame.replaces
    if before is None:
        return ""
    number = "" if before.number == frame.number else f" du document n° {before.number}"
    issued = french.day(before.issued_at.astimezone(setting.zone).date())
    return f"Annule et remplace la version {before.version}{number}, émise le {issued}."


def _provider(provider: Provider, setting: Setting) -> Texts:
    name = provider.trade_name or provider.legal_name
    legal = provider.legal_name if provider.legal_name != name else ""
    siret = f"SIRET {french.siret(provider.siret)}" if provider.siret else ""
    contact = " · ".join(part for part in (provider.phone, provider.email, provider.website) if part)
    return {
        "name": name,
        "lines": [line for line in (legal, ", ".join(provider.address), contact, siret) if line],
        "declaration": _declaration(provider),
        "foot": " · ".join(part for part in (provider.legal_name, siret) if part),
        "has_logo": provider.logo is not None,
        "logo": setting.pictures.find(provider.logo),
        "logo_alternative": f"Logo de {name}",
        "has_stamp": provider.stamp is not UNSET,
        "stamp": setting.pictures.find(provider.stamp or None),
        "stamp_alternative": f"Cachet de {name}",
    }


def _declaration(provider: Provider) -> str:
    """Return the mention of the NDA in the one form that the Code du travail allows (L6352-12)."""
    if not provider.activity_number:
        return ""
    number = french.activity_number(provider.activity_number)
    region = f" auprès du préfet de la région {provider.registered_with}" if provider.registered_with else ""
    return (
        f"Déclaration d’activité enregistrée sous le numéro {number}{region}. "
        "Cet enregistrement ne vaut pas agrément de l’État."
    )


def _seal(frame: Frame) -> Texts:
    stamp = "qualifié" if frame.is_timestamp_qualified else "non qualifié"
    return {
        "title": DEVELOPMENT_NOTICE if frame.is_development else "Cachet électronique",
        "owner": frame.provider.legal_name,
        "detail": f"Apposé sur le fichier, avec un horodatage {stamp}.",
    }


def _verification(frame: Frame) -> Texts:
    return {
        "qr": qr_code(frame.verification_url),
        "alternative": f"Code QR de la page de vérification, {frame.verification_url}",
        "title": "Vérifier ce document",
        "address": frame.verification_url,
        "url": frame.verification_url,
        "detail": "Les données et les preuves dont il est tiré sont jointes à ce fichier (evidence.json).",
    }
