package org.postseal.gateway.smime;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.postseal.gateway.mail.DateField;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.smime.SignatureVerdict.Cause;

/**
 * Compares a good signature with what mail programs show beside it.
 *
 * @param message the header section that they show it under
 */
record Shown(MimeEntity root, HeaderBlock message) {
    /**
     * Says why nothing may be claimed of a signature that is good in itself; the result is empty if it may be claimed.
     */
    Optional<Cause> doubt(ASN1ObjectIdentifier contentType, SignerAttributes attributes) {
        if (PlainStructure.doubt(root).isPresent() || !ObjectFields.areOfMailPrograms(root)) {
            return Optional.of(Cause.STRUCTURE_AMBIGUOUS);
        }
        if (!contentType.equals(CMSObjectIdentifiers.data)) {
            return Optional.of(Cause.CONTENT_NOT_DATA);
        }
        return isOfAnotherTime(attributes) ? Optional.of(Cause.SIGNING_TIME_DIFFERS) : Optional.empty();
    }

    /** Returns what User-Agent or else X-Mailer says; the result is empty if this is doubtful, or long. */
    Optional<String> program() {
        return Stream.of("User-Agent", "X-Mailer")
                .map(message::all)
                .filter(fields -> !fields.isEmpty())
                .findFirst()
                .filter(fields -> fields.size() == 1)
                .map(fields -> fields.getFirst().unfolded().strip())
                .filter(PROGRAM.asMatchPredicate());
    }

    // A message without Date shows no time that could be wrong. A Date that programs may read in different ways may
    // show any time.
    private boolean isOfAnotherTime(SignerAttributes attributes) {
        List<HeaderField> dates = message.all("Date");
        if (dates.isEmpty()) {
            return false;
        }
        try {
            Optional<Instant> signed = attributes.signingTime();
            return signed.isPresent()
                    && !dates.stream()
                            .allMatch(date -> DateField.parse(date.unfolded())
                                    .filter(shown -> isNear(shown, signed.get()))
                                    .isPresent());
        } catch (IllegalArgumentException | IllegalStateException malformed) {
            return true;
        }
    }

    private static boolean isNear(Instant shown, Instant signed) {
        return Duration.between(shown, signed).abs().compareTo(MOST_APART) <= 0;
    }

    private static final Pattern PROGRAM = Pattern.compile("[ -~]{1,200}");

    /** Thunderbird allows the same difference. */
    private static final Duration MOST_APART = Duration.ofHours(1);
}
