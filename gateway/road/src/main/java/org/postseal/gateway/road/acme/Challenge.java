package org.postseal.gateway.road.acme;

import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.postseal.certstore.Digest;
import org.postseal.certstore.database.AcmeChallenges.AcmeChallenge;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.HeaderWriter;
import org.postseal.gateway.mail.RawMessage;

/** A challenge that is to be answered: what we wait for, and the mail that has come. */
public record Challenge(AcmeChallenge expected, ChallengeMail mail) {
    /**
     * Returns the answer (RFC 8823 §3.2). It has no field of a mailing list, and says that it is automatic (RFC 3834
     * §5).
     *
     * @param envelope that of the challenge
     * @param hostName our name
     */
    public RawMessage answer(Envelope envelope, String hostName) {
        List<HeaderField> fields = new ArrayList<>();
        fields.add(structured("From", expected.address().toString()));
        fields.add(structured("To", mail.answerTo().toString()));
        fields.add(HeaderWriter.unstructured("Subject", "Re: " + ChallengeMail.LABEL + " " + mail.token()));
        fields.add(structured("Date", DATE.format(envelope.received().atOffset(ZoneOffset.UTC))));
        fields.add(structured("Message-ID", "<" + envelope.queueId() + ".challenge@" + hostName + ">"));
        mail.messageId().ifPresent(id -> {
            fields.add(structured("In-Reply-To", id));
            fields.add(structured("References", id));
        });
        fields.add(structured("Auto-Submitted", "auto-replied"));
        fields.add(structured("MIME-Version", "1.0"));
        fields.add(structured("Content-Type", "text/plain; charset=us-ascii"));
        fields.add(structured("Content-Transfer-Encoding", "7bit"));
        String header = fields.stream()
                .map(field -> new String(field.raw(), StandardCharsets.US_ASCII))
                .collect(Collectors.joining());
        String body = "-----BEGIN ACME RESPONSE-----\r\n" + response() + "\r\n-----END ACME RESPONSE-----\r\n";
        return RawMessage.of((header + "\r\n" + body).getBytes(StandardCharsets.US_ASCII));
    }

    /** Returns the digest of the key authorization (RFC 8555 §8.1) in base64url. */
    String response() {
        String authorization = mail.token() + expected.token() + "." + expected.thumbprint();
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Digest.SHA_256.of(authorization.getBytes(StandardCharsets.US_ASCII)));
    }

    private static HeaderField structured(String name, String value) {
        return HeaderWriter.structured(name).words(value).finish();
    }

    // RFC 5322 §3.3
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM uuuu HH:mm:ss Z", Locale.ROOT);
}
