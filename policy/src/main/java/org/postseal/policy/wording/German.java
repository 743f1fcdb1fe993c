package org.postseal.policy.wording;

import static org.postseal.policy.outcome.Reason.*;

/** Holds the built-in words in German. */
final class German {
    private German() {}

    private static final String LEAVE_ENCRYPTION =
            "Schalten Sie die Verschlüsselung in Ihrem Mailprogramm aus und senden Sie die Nachricht erneut: Das"
                    + " Gateway verschlüsselt sie.";

    static final Phrases PHRASES = new Phrases.Collector()
            .with(POLICY_REFUSED, "Eine Richtlinie lässt diese Nachricht nicht zu", "")
            .with(
                    SENDER_NOT_ALLOWED,
                    "Diese Absenderadresse ist für diese Anmeldung nicht erlaubt",
                    "Schreiben Sie unter einer Ihrer eigenen Adressen.")
            .with(
                    NO_RECIPIENT_CERTIFICATE,
                    "Verschlüsselung ist vorgeschrieben, und für {recipient} ist kein brauchbares Zertifikat bekannt",
                    "Bitten Sie {recipient} um ein S/MIME-Zertifikat, zum Beispiel mit einer signierten Nachricht an"
                            + " Sie, und senden Sie Ihre Nachricht erneut, sobald das Zertifikat hier bekannt ist.")
            .with(
                    RECIPIENT_CERTIFICATE_AWAITED,
                    "Verschlüsselung ist vorgeschrieben, und für {recipient} ist noch kein brauchbares Zertifikat"
                            + " bekannt",
                    "Ihre Nachricht wartet und wird erneut versucht. Bitten Sie {recipient} um ein S/MIME-Zertifikat,"
                            + " zum Beispiel mit einer signierten Nachricht an Sie.")
            .with(
                    ENCRYPTION_DOUBTFUL,
                    "Verschlüsselung ist vorgeschrieben, und die dieser Nachricht wird nicht angenommen",
                    LEAVE_ENCRYPTION)
            .with(
                    ENCRYPTED_FOR_OTHERS,
                    "Verschlüsselung ist vorgeschrieben, und diese Nachricht ist nicht für {recipient} verschlüsselt",
                    "Verschlüsseln Sie sie auch für {recipient}, oder schalten Sie die Verschlüsselung aus und"
                            + " überlassen Sie sie dem Gateway.")
            .with(
                    SENDER_ENCRYPTION_REFUSED,
                    "Verschlüsselung ist vorgeschrieben und muss dem Gateway überlassen werden",
                    LEAVE_ENCRYPTION)
            .with(
                    NO_SIGNING_KEY,
                    "Eine Signatur ist vorgeschrieben und kann für diesen Absender nicht erstellt werden",
                    "Lassen Sie sich ein Zertifikat mit seinem Schlüssel ausstellen und senden Sie die Nachricht dann"
                            + " erneut.")
            .with(
                    ORIGIN_MAY_NOT_SIGN,
                    "Eine Signatur ist vorgeschrieben, und diese Nachricht darf nicht signiert werden",
                    "Senden Sie sie über Ihren eigenen Mailserver, mit Ihrer eigenen Adresse als einzigem Absender.")
            .with(
                    SUBJECT_SHOWN,
                    "Der Betreff muss verborgen sein, und die verschlüsselte Nachricht zeigt ihn",
                    LEAVE_ENCRYPTION)
            .with(
                    ALGORITHM_NOT_ALLOWED,
                    "Das kryptographische Verfahren wird nicht unterstützt",
                    "Bitten Sie {recipient} um ein neueres Zertifikat, oder wählen Sie in Ihrem Mailprogramm ein"
                            + " neueres Verfahren.")
            .with(
                    SENDER_PROTECTION_WEAK,
                    "Die Signatur oder Verschlüsselung dieser Nachricht ist schwächer als vorgeschrieben",
                    "Wählen Sie in Ihrem Mailprogramm SHA-256 und AES, oder überlassen Sie beides dem Gateway.")
            .with(
                    INVALID_SIGNATURE,
                    "Die Nachricht ist nicht unversehrt",
                    "Senden Sie sie erneut. Kommt sie noch einmal zurück, so verändert ein Programm unterwegs signierte"
                            + " Nachrichten.")
            .with(
                    STRUCTURE_AMBIGUOUS,
                    "Nicht alle können die Signatur dieser Nachricht prüfen oder sehen, was sie umfasst",
                    "Schalten Sie das Signieren in Ihrem Mailprogramm aus und senden Sie die Nachricht erneut: Das"
                            + " Gateway signiert sie.")
            .with(
                    SIGNATURE_REQUIRED,
                    "Für {recipient} ist eine gültige S/MIME-Signatur vorgeschrieben",
                    "Signieren Sie die Nachricht mit einem Zertifikat für Ihre Adresse und senden Sie sie erneut.")
            .with(
                    ENCRYPTION_REQUIRED,
                    "Für {recipient} ist S/MIME-Verschlüsselung vorgeschrieben",
                    "Verschlüsseln Sie die Nachricht für {recipient} und senden Sie sie erneut.")
            .with(
                    MESSAGE_TOO_BIG,
                    "Die Nachricht ist zu groß",
                    "Senden Sie weniger auf einmal, oder geben Sie große Dateien auf anderem Weg weiter.")
            .with(
                    REFUSED_WITH_OTHERS,
                    "Nicht gesendet, weil jemand anderer unter den Empfängern abgelehnt wurde",
                    "Senden Sie die Nachricht ohne diese Adresse erneut, oder tun Sie, was jene Ablehnung verlangt.")
            .phrases(
                    "Hilfe: {contact}",
                    "{recipient}: von uns zurückgehalten: {reason}",
                    NoticeText.builtIn(
                            "Eine Nachricht von Ihnen wurde nicht so zugestellt, wie Sie sie gesendet haben",
                            "Das Mail-Gateway {host} hat eine Nachricht von Ihnen nicht allen",
                            "Empfängern so zugestellt, wie Sie sie gesendet haben.",
                            "",
                            "Betreff: {subject}",
                            "Message-ID: {messageId}",
                            "",
                            "{recipients}",
                            "",
                            "Hilfe: {contact}",
                            "",
                            "Dies hat ein Programm geschrieben; Antworten darauf werden nicht gelesen."));
}
