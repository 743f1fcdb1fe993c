package org.postseal.policy.wording;

import static org.postseal.policy.outcome.Reason.*;

/** Holds the built-in words in French. */
final class French {
    private French() {}

    private static final String LEAVE_ENCRYPTION =
            "Désactivez le chiffrement dans votre logiciel de messagerie et renvoyez le message : la passerelle le"
                    + " chiffrera.";

    static final Phrases PHRASES = new Phrases.Collector()
            .with(POLICY_REFUSED, "Une règle n'autorise pas ce message", "")
            .with(
                    SENDER_NOT_ALLOWED,
                    "Cette adresse d'expéditeur n'est pas permise pour cette connexion",
                    "Écrivez avec une adresse qui est la vôtre.")
            .with(
                    NO_RECIPIENT_CERTIFICATE,
                    "Le chiffrement est obligatoire et aucun certificat utilisable n'est connu pour {recipient}",
                    "Demandez à {recipient} un certificat S/MIME, par exemple dans un message signé qui vous est"
                            + " adressé, et renvoyez votre message dès que ce certificat est connu ici.")
            .with(
                    RECIPIENT_CERTIFICATE_AWAITED,
                    "Le chiffrement est obligatoire et aucun certificat utilisable n'est encore connu pour {recipient}",
                    "Votre message attend et sera retenté. Demandez à {recipient} un certificat S/MIME, par exemple"
                            + " dans un message signé qui vous est adressé.")
            .with(
                    ENCRYPTION_DOUBTFUL,
                    "Le chiffrement est obligatoire et celui de ce message n'est pas accepté",
                    LEAVE_ENCRYPTION)
            .with(
                    ENCRYPTED_FOR_OTHERS,
                    "Le chiffrement est obligatoire et ce message n'est pas chiffré pour {recipient}",
                    "Chiffrez-le aussi pour {recipient}, ou désactivez le chiffrement et laissez faire la passerelle.")
            .with(
                    SENDER_ENCRYPTION_REFUSED,
                    "Le chiffrement est obligatoire et doit être laissé à la passerelle",
                    LEAVE_ENCRYPTION)
            .with(
                    NO_SIGNING_KEY,
                    "Une signature est obligatoire et ne peut pas être faite pour cet expéditeur",
                    "Faites-vous délivrer un certificat avec sa clé, puis renvoyez le message.")
            .with(
                    ORIGIN_MAY_NOT_SIGN,
                    "Une signature est obligatoire et ce message ne peut pas être signé",
                    "Envoyez-le par votre propre serveur de messagerie, avec votre seule adresse comme expéditeur.")
            .with(SUBJECT_SHOWN, "L'objet doit être caché et le message chiffré le montre", LEAVE_ENCRYPTION)
            .with(
                    ALGORITHM_NOT_ALLOWED,
                    "L'algorithme cryptographique n'est pas accepté",
                    "Demandez à {recipient} un certificat plus récent, ou choisissez un algorithme plus récent dans"
                            + " votre logiciel de messagerie.")
            .with(
                    SENDER_PROTECTION_WEAK,
                    "La signature ou le chiffrement de ce message est plus faible que ce qui est exigé",
                    "Choisissez SHA-256 et AES dans votre logiciel de messagerie, ou laissez faire la passerelle.")
            .with(
                    INVALID_SIGNATURE,
                    "Le message n'est pas intègre",
                    "Renvoyez-le. S'il revient encore, un programme modifie en chemin les messages signés.")
            .with(
                    STRUCTURE_AMBIGUOUS,
                    "Tout le monde ne peut pas vérifier la signature de ce message, ni voir ce qu'elle couvre",
                    "Désactivez la signature dans votre logiciel de messagerie et renvoyez le message : la passerelle"
                            + " le signera.")
            .with(
                    SIGNATURE_REQUIRED,
                    "Une signature S/MIME valide est obligatoire pour {recipient}",
                    "Signez le message avec un certificat de votre adresse et renvoyez-le.")
            .with(
                    ENCRYPTION_REQUIRED,
                    "Le chiffrement S/MIME est obligatoire pour {recipient}",
                    "Chiffrez le message pour {recipient} et renvoyez-le.")
            .with(
                    MESSAGE_TOO_BIG,
                    "Le message est trop volumineux",
                    "Envoyez-en moins à la fois, ou transmettez les gros fichiers autrement.")
            .with(
                    REFUSED_WITH_OTHERS,
                    "Message non envoyé, car un autre destinataire a été refusé",
                    "Renvoyez-le sans ce destinataire, ou faites ce que demande son refus.")
            .phrases(
                    "Aide : {contact}",
                    "{recipient} : retenu par nous : {reason}",
                    NoticeText.builtIn(
                            "Un de vos messages n'a pas été remis tel que vous l'avez envoyé",
                            "La passerelle de messagerie {host} n'a pas remis un de vos messages à tous",
                            "les destinataires tel que vous l'avez envoyé.",
                            "",
                            "Objet : {subject}",
                            "Message-ID: {messageId}",
                            "",
                            "{recipients}",
                            "",
                            "Aide : {contact}",
                            "",
                            "Un programme a écrit ceci ; les réponses ne sont pas lues."));
}
