package org.postseal.certstore.remote.ldap;

import com.unboundid.ldap.sdk.Entry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedSet;
import org.postseal.certstore.MailAddress;

/** Reads the mail addresses of an entry, the primary one first. Values that are no mail addresses are passed over. */
public final class EntryAddresses {
    private EntryAddresses() {}

    /** Returns the names of the attributes with which an entry must have been read. */
    public static List<String> attributes(LdapSettings.Attributes attributes) {
        return List.of("objectClass", TARGET, attributes.mail(), attributes.proxyAddresses());
    }

    /**
     * Returns the addresses in proxyAddresses that have the type smtp, those in mail, and the target address of a
     * contact. The primary address is the one with the type {@code SMTP:} in capitals; if several have it, the last one
     * counts. If none has it, mail comes first.
     */
    public static List<MailAddress> of(Entry entry, LdapSettings.Attributes attributes) {
        Deque<MailAddress> primary = new ArrayDeque<>();
        List<MailAddress> secondary = new ArrayList<>();
        for (String value : AttributeValues.strings(entry, attributes.proxyAddresses())) {
            Optional<MailAddress> address = smtp(value);
            if (value.startsWith("SMTP:")) {
                address.ifPresent(primary::addFirst);
            } else {
                address.ifPresent(secondary::add);
            }
        }
        SequencedSet<MailAddress> all = new LinkedHashSet<>(primary);
        if (primary.isEmpty()) {
            addMail(entry, attributes, all);
        }
        all.addAll(secondary);
        addMail(entry, attributes, all);
        // A mailbox's target address is where its mail is forwarded to, perhaps another person's address.
        if (isContact(entry)) {
            AttributeValues.strings(entry, TARGET).forEach(value -> smtp(value).ifPresent(all::add));
        }
        return List.copyOf(all);
    }

    private static void addMail(Entry entry, LdapSettings.Attributes attributes, SequencedSet<MailAddress> all) {
        AttributeValues.strings(entry, attributes.mail())
                .forEach(value -> MailAddress.parse(value).ifPresent(all::add));
    }

    private static Optional<MailAddress> smtp(String value) {
        return value.length() > TYPE.length()
                        && value.substring(0, TYPE.length())
                                .toLowerCase(Locale.ROOT)
                                .equals(TYPE)
                ? MailAddress.parse(value.substring(TYPE.length()))
                : Optional.empty();
    }

    private static boolean isContact(Entry entry) {
        return entry.hasObjectClass("contact");
    }

    private static final String TARGET = "targetAddress";
    private static final String TYPE = "smtp:";
}
