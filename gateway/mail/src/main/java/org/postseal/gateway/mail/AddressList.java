package org.postseal.gateway.mail;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.outcome.Reason;

/**
 * Holds the addresses of one address field (RFC 5322 §3.4). Immutable.
 *
 * @param addresses in order, including those in groups
 * @param hasGroup whether the field has group syntax
 * @param isSound whether the grammar was kept throughout: comments and blanks are allowed around words, but obsolete
 * routes, empty elements and blanks within an address are not
 */
public record AddressList(List<MailAddress> addresses, boolean hasGroup, boolean isSound) {
    public AddressList {
        addresses = List.copyOf(addresses);
    }

    /**
     * Reads the text of a field.
     *
     * @return the list, or {@code HEADER_TOO_BIG} for too many addresses
     */
    public static Parsed<AddressList> parse(String text, Budget budget) {
        budget.spend(text.length());
        return new AddressParser(text, budget.limits().addresses()).parse();
    }

    /**
     * Returns the addresses that all recipients can see, in To and Cc. Text that cannot be read as an address is left
     * out.
     */
    public static Parsed<Set<MailAddress>> visibleRecipients(HeaderBlock header, Budget budget) {
        Set<MailAddress> found = new LinkedHashSet<>();
        int count = 0;
        List<HeaderField> fields = new ArrayList<>(header.all("To"));
        fields.addAll(header.all("Cc"));
        for (HeaderField field : fields) {
            switch (parse(field.unfolded(), budget)) {
                case Parsed.Success<AddressList>(AddressList list) -> {
                    found.addAll(list.addresses);
                    count += list.addresses.size();
                }
                case Parsed.Refused<AddressList>(Reason reason, String detail) -> {
                    return Parsed.refused(reason, detail);
                }
            }
            if (count > budget.limits().addresses()) {
                return Parsed.refused(
                        Reason.HEADER_TOO_BIG, tooMany(budget.limits().addresses()));
            }
        }
        return new Parsed.Success<>(found);
    }

    /** Returns the address if it is the only one, is in no group, and the field is sound. */
    public Optional<MailAddress> only() {
        return isSound && !hasGroup && addresses.size() == 1 ? Optional.of(addresses.getFirst()) : Optional.empty();
    }

    static String tooMany(int limit) {
        return "more than " + limit + " addresses";
    }
}
