package org.postseal.gateway.config;

import java.util.List;
import java.util.Set;
import org.postseal.certstore.MailAddress;

/**
 * Which local parts of internal recipients are accepted although an MTA may read a route in them.
 *
 * <p>Postfix at its defaults takes {@code user%site@here}, {@code site!user@here} and {@code "user@site"@here} for a
 * user of that site ({@code allow_percent_hack}, {@code swap_bangpath}, {@code resolve_dequoted_address}). An address
 * that is internal to the policy then leaves for the outside.
 *
 * <p>Its local delivery takes {@code "\\user"@here} for {@code user@here}, so that a rule for that mailbox would not be
 * asked.
 *
 * <p>It also folds the case of all letters, and not only of ASCII as the policy does, before it looks an address up: a
 * long s is an s there, and a sharp s is two. A rule for one mailbox would not be asked for its mail.
 *
 * @param allowLocalParts the local parts that the MTA is known to deliver here, as {@link #key} writes them
 */
public record RecipientsConfig(Set<String> allowLocalParts) {
    /** No such local part is accepted. */
    public static final RecipientsConfig DEFAULT = new RecipientsConfig(Set.of());

    public RecipientsConfig {
        allowLocalParts = Set.copyOf(allowLocalParts);
    }

    /** Returns true if an MTA may deliver mail for this address to another one. */
    public boolean isRoutedElsewhere(MailAddress address) {
        return isUnclear(address) && !allowLocalParts.contains(key(address));
    }

    static RecipientsConfig read(Section recipients) {
        return new RecipientsConfig(
                Set.copyOf(recipients.value("allowLocalParts", Type.oneOrMore(LOCAL_PART), List.of())));
    }

    private static boolean isUnclear(MailAddress address) {
        String key = key(address);
        return holdsRoute(address.content()) || !MailAddress.folded(key).equals(key);
    }

    // An @ in a local part stands in quotes. There, a source route begins with an @ (RFC 5321 §4.1.2), and to Postfix's
    // local delivery a backslash before a name says to deliver to that name and to look at no alias.
    private static boolean holdsRoute(String localPart) {
        return localPart.chars().anyMatch(c -> ROUTING.indexOf(c) >= 0);
    }

    private static String key(MailAddress address) {
        String key = address.key();
        return key.substring(0, key.lastIndexOf('@'));
    }

    private static final String ROUTING = "%!@\\";
    private static final String ANY_DOMAIN = "domain.invalid";
    private static final Type<String> LOCAL_PART = Type.text(
                    "a local part as RCPT writes it, such as sales%eu",
                    text -> MailAddress.parse(text + "@" + ANY_DOMAIN).map(RecipientsConfig::key))
            .warning(
                    part -> !isUnclear(MailAddress.of(part + "@" + ANY_DOMAIN)),
                    "needs no allowance: it holds none of %, !, @ and backslash");
}
