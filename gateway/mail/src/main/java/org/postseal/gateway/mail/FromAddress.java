package org.postseal.gateway.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;

/** Says from whom a message claims to be: one address, or the reason why there is none to choose (RFC 5322 §3.6.2). */
public sealed interface FromAddress {
    /**
     * There is exactly one From field with exactly one address.
     *
     * @param isPlain whether it is written so that no program finds another address in it
     */
    record Single(MailAddress mailbox, boolean isPlain) implements FromAddress {}

    /**
     * There is no such address. Such a message is never signed, and no signature on it counts as valid for an address.
     */
    record None(Problem problem) implements FromAddress {}

    /** Says what is wrong with From. */
    enum Problem {
        MISSING,
        /** There are several From fields, or something that some program takes for a second one. */
        SEVERAL_FIELDS,
        /** The field is malformed, or a line of the header section may hide or end fields. */
        MALFORMED,
        SEVERAL_ADDRESSES,
        GROUP
    }

    static FromAddress of(HeaderBlock header, Budget budget) {
        List<HeaderField> fields = new ArrayList<>();
        boolean hiding = false;
        for (HeaderField field : header.fields()) {
            if (field.mayBe(FIELD)) {
                fields.add(field);
            }
            hiding |= field.name().isEmpty() || field.hasBareLineEnd();
        }
        if (fields.size() > 1) {
            return new None(Problem.SEVERAL_FIELDS);
        }
        if (hiding || fields.stream().anyMatch(HeaderField::isMalformed)) {
            return new None(Problem.MALFORMED);
        }
        if (fields.isEmpty()) {
            return new None(Problem.MISSING);
        }
        return of(fields.getFirst(), budget);
    }

    /**
     * Returns the address in any field that may name somebody, such as Reply-To, if every program finds this one there
     * and no other.
     */
    static Optional<MailAddress> only(HeaderField field, Budget budget) {
        return field.isMalformed() ? Optional.empty() : of(field, budget).author();
    }

    private static FromAddress of(HeaderField field, Budget budget) {
        return switch (AddressList.parse(field.unfolded(), budget)) {
            case Parsed.Success<AddressList>(AddressList list) -> of(list, field);
            case Parsed.Refused<AddressList> _ -> new None(Problem.SEVERAL_ADDRESSES);
        };
    }

    default Optional<MailAddress> address() {
        return this instanceof Single(MailAddress mailbox, var _) ? Optional.of(mailbox) : Optional.empty();
    }

    /** Returns the address, if there is one that every program shows. A signature may vouch for this one only. */
    default Optional<MailAddress> author() {
        return this instanceof Single(MailAddress mailbox, boolean isPlain) && isPlain
                ? Optional.of(mailbox)
                : Optional.empty();
    }

    private static FromAddress of(AddressList list, HeaderField field) {
        Optional<MailAddress> only = list.only();
        if (only.isPresent()) {
            return new Single(only.get(), PlainFrom.isPlain(field));
        }
        if (list.hasGroup()) {
            return new None(Problem.GROUP);
        }
        return new None(list.addresses().size() > 1 ? Problem.SEVERAL_ADDRESSES : Problem.MALFORMED);
    }

    /** This field says who wrote a message. */
    String FIELD = "From";
}
