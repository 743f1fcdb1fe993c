package org.postseal.gateway.smime.protect;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.FromAddress;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderField;
import org.postseal.gateway.mail.PlainAddresses;

/**
 * Says who is answered. A ticket system, a program that confirms receipt and a person write to whom the header section
 * names, whatever MAIL FROM is, and they quote the Subject. Nobody knows all fields that some program answers by, so a
 * field counts as one of them unless it is known to be none, or names nobody.
 *
 * @param author of the message
 * @param protectedFields what stands inside, which must be known to be the author's
 */
public record Answers(MailAddress author, Optional<HeaderReading> protectedFields) {
    /**
     * Returns true if answers to a message go to its author, and to those whom the author has written to. From is then
     * the author's, and every other field that may name somebody has only the author's address, or stands as the author
     * left it. To and Cc may have the addresses that the author left there, in any order.
     *
     * @param outside the header section of the message as it came
     */
    public boolean goToAlone(HeaderBlock outside) {
        Optional<MailAddress> from = FromAddress.of(outside, Budget.standard()).author();
        List<HeaderField> others = outside.fields().stream()
                .filter(field -> !namesNobody(field) && !namesAuthor(field))
                .toList();
        List<HeaderField> added =
                protectedFields.map(read -> read.notLeftOutside(others)).orElse(others);
        return from.filter(author::equals).isPresent() && nameRecipients(added);
    }

    private boolean namesAuthor(HeaderField field) {
        return FromAddress.only(field, Budget.standard()).filter(author::equals).isPresent();
    }

    /** Whoever gets a copy of an answer is no stranger. Without protected fields, an answer has nothing to quote. */
    private boolean nameRecipients(List<HeaderField> fields) {
        Set<MailAddress> known =
                protectedFields.map(HeaderReading::recipientsLeftOutside).orElse(Set.of());
        return fields.stream()
                .allMatch(field -> (field.is("To") || field.is("Cc"))
                        && (protectedFields.isEmpty()
                                || EMPTY_GROUP.matcher(Fields.comparable(field)).matches()
                                || PlainAddresses.of(field)
                                        .filter(all -> all.stream().allMatch(mailbox -> isKnown(mailbox, known)))
                                        .isPresent()));
    }

    private boolean isKnown(PlainAddresses.Mailbox mailbox, Set<MailAddress> known) {
        return !ADDRESS.matcher(mailbox.name()).find()
                && MailAddress.parse(mailbox.address())
                        .filter(address -> address.equals(author) || known.contains(address))
                        .isPresent();
    }

    private static boolean namesNobody(HeaderField field) {
        String name = Fields.lower(field);
        if (field.possibleName().isPresent() || name.equals("return-path")) {
            return false;
        }
        return Fields.isStructural(field)
                || Fields.isOfServers(field)
                || NO_ANSWER.contains(name)
                || !(ANSWERED.matcher(name).matches()
                        || ADDRESS.matcher(field.unfolded().toLowerCase(Locale.ROOT))
                                .find());
    }

    /** Identifiers, texts, keys and pictures have no address, though they may have its sign. */
    private static final Set<String> NO_ANSWER = Set.of(
            "message-id",
            "in-reply-to",
            "references",
            "subject",
            "thread-topic",
            "comments",
            "keywords",
            "summary",
            "autocrypt",
            "face",
            "x-face",
            "msip_labels");

    /** Anything in such a field may be an address, such as the name of a user here. */
    private static final Pattern ANSWERED =
            Pattern.compile("(?:.*-)?(?:to|from|sender|cc|bcc|path|by)|(?:.*-)?(?:receipt|reply|return)(?:-.*)?");

    /** An address has its sign, perhaps encoded as in RFC 2047 or in a URL, or stands in a URL for mail. */
    private static final Pattern ADDRESS = Pattern.compile("@|=\\?|%40|mailto:");

    private static final Pattern EMPTY_GROUP = Pattern.compile("[A-Za-z -]*+: ?;");
}
