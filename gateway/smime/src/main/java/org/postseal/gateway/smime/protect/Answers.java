package org.postseal.gateway.smime.protect;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.FromAddress;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderField;

/**
 * Says who is answered. A ticket system, a program that confirms receipt and a person write to whom the header section
 * names, whatever MAIL FROM is, and they quote the Subject.
 */
public final class Answers {
    private Answers() {}

    /**
     * Returns true if answers to a message go to its author alone. From is then the author's, and so is every field
     * that programs answer, confirm or report to: it has only the author's address, or stands as the author left it.
     *
     * @param outside the header section of the message as it came
     * @param protectedFields what stands inside, which must be known to be the author's
     */
    public static boolean goToAlone(MailAddress author, HeaderBlock outside, Optional<HeaderReading> protectedFields) {
        Budget budget = Budget.standard();
        Optional<MailAddress> from = FromAddress.of(outside, budget).author();
        List<HeaderField> others = outside.fields().stream()
                .filter(Answers::isAnswered)
                .filter(field ->
                        FromAddress.only(field, budget).filter(author::equals).isEmpty())
                .toList();
        return from.filter(author::equals).isPresent()
                && (others.isEmpty()
                        || protectedFields
                                .filter(read -> read.areAsLeftOutside(others))
                                .isPresent());
    }

    private static boolean isAnswered(HeaderField field) {
        return ANSWERED.stream().anyMatch(field::mayBe);
    }

    /** Beside those of RFC 5322 and RFC 8098, these are fields that mail programs and robots know. */
    private static final Set<String> ANSWERED = Set.of(
            "Reply-To",
            "Sender",
            "Resent-From",
            "Resent-Sender",
            "Resent-Reply-To",
            "Return-Path",
            "Mail-Reply-To",
            "Mail-Followup-To",
            "Disposition-Notification-To",
            "Return-Receipt-To",
            "X-Confirm-Reading-To",
            "X-Reply-To",
            "Errors-To",
            "X-Errors-To",
            "Warnings-To",
            "Notice-Requested-Upon-Delivery-To",
            "Registered-Mail-Reply-Requested-By");
}
