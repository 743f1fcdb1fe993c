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

/** The mail addresses of an entry, the primary one first. What is no mail address is passed over. */
public final class EntryAddresses {
    private EntryAddresses() {}

    /**
     * Of proxyAddresses those of type smtp: the primary one is spelled {@code SMTP:}, and of several such the last counts. Then mail, then the target
     * address of a contact.
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
        // a mailbox's target address is where its mail is sent on to, perhaps another person's
        if (isContact(entry)) {
            AttributeValues.strings(entry, "targetAddress")
                    .forEach(value -> smtp(value).ifPresent(all::add));
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

    private static final String TYPE = "smtp:";
}
