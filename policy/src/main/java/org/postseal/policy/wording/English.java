package org.postseal.policy.wording;

import static org.postseal.policy.outcome.Reason.*;

/** Holds the built-in words in English, which need nothing but ASCII. */
final class English {
    private English() {}

    private static final String LEAVE_ENCRYPTION =
            "Turn encryption off in your mail program and send it again: the gateway encrypts it.";

    static final Phrases PHRASES = new Phrases.Collector()
            .with(POLICY_REFUSED, "")
            .with(SENDER_NOT_ALLOWED, "Write as an address of your own.")
            .with(
                    NO_RECIPIENT_CERTIFICATE,
                    "Ask {recipient} for an S/MIME certificate, for example in a signed message to you, and send your"
                            + " message again once the certificate is known here.")
            .with(
                    RECIPIENT_CERTIFICATE_AWAITED,
                    "Your message waits and is tried again. Ask {recipient} for an S/MIME certificate, for example in a"
                            + " signed message to you.")
            .with(ENCRYPTION_DOUBTFUL, LEAVE_ENCRYPTION)
            .with(
                    ENCRYPTED_FOR_OTHERS,
                    "Encrypt it for {recipient} as well, or turn encryption off and let the gateway encrypt it.")
            .with(SENDER_ENCRYPTION_REFUSED, LEAVE_ENCRYPTION)
            .with(NO_SIGNING_KEY, "Have a certificate and its key issued to you, then send the message again.")
            .with(
                    ORIGIN_MAY_NOT_SIGN,
                    "Send it through your own mail server, with your own address alone as its author.")
            .with(SUBJECT_SHOWN, LEAVE_ENCRYPTION)
            .with(
                    ALGORITHM_NOT_ALLOWED,
                    "Ask {recipient} for a newer certificate, or choose a newer algorithm in your mail program.")
            .with(
                    SENDER_PROTECTION_WEAK,
                    "Choose SHA-256 and AES in your mail program, or let the gateway sign and encrypt.")
            .with(
                    INVALID_SIGNATURE,
                    "Send the message again. If it comes back once more, a program on its way changes signed mail.")
            .with(STRUCTURE_AMBIGUOUS, "Turn signing off in your mail program and send it again: the gateway signs it.")
            .with(SIGNATURE_REQUIRED, "Sign the message with a certificate for your address and send it again.")
            .with(ENCRYPTION_REQUIRED, "Encrypt the message for {recipient} and send it again.")
            .with(MESSAGE_TOO_BIG, "Send less at a time, or share large files in another way.")
            .with(REFUSED_WITH_OTHERS, "Send it again without that recipient, or do what that refusal asks for.")
            .phrases(
                    "Help: {contact}",
                    "{recipient}: held back by us: {reason}",
                    NoticeText.builtIn(
                            "A message of yours was not delivered as you sent it",
                            "The mail gateway {host} has not delivered a message of yours to",
                            "every recipient as you sent it.",
                            "",
                            "Subject: {subject}",
                            "Message-ID: {messageId}",
                            "",
                            "{recipients}",
                            "",
                            "Help: {contact}",
                            "",
                            "A program has written this; answers to it are not read."));
}
