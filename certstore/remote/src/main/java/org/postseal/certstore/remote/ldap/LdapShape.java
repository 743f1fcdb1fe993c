package org.postseal.certstore.remote.ldap;

import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.certstore.MailAddress;

/**
 * Says how a directory server writes addresses, which decides the filter. Whatever the address contains, it stays
 * inside its assertion value: the filter is built as a tree, and special octets are escaped when it becomes text (RFC
 * 4515 §3).
 */
public sealed interface LdapShape {
    /** Returns the filter that finds the entries of {@code address}. */
    Filter filter(MailAddress address, LdapSettings.Attributes attributes);

    /** Returns why the shape cannot be used, or empty if it can. */
    default Optional<String> problem() {
        return Optional.empty();
    }

    /** Active Directory has every address in proxyAddresses, and the primary one also in mail. */
    record ActiveDirectory() implements LdapShape {
        @Override
        public Filter filter(MailAddress address, LdapSettings.Attributes attributes) {
            return anyOf(address, attributes);
        }
    }

    /** OpenLDAP and similar servers have addresses in mail, and in proxyAddresses if a schema has that attribute. */
    record Generic() implements LdapShape {
        @Override
        public Filter filter(MailAddress address, LdapSettings.Attributes attributes) {
            return anyOf(address, attributes);
        }
    }

    /**
     * A filter that the administrator wrote in the text form of RFC 4515, with {@code {address}}, {@code {local}} and
     * {@code {domain}} inside assertion values.
     *
     * @param text for example {@code (&(objectClass=person)(uid={local}))}
     */
    record Template(String text) implements LdapShape {
        @Override
        public Filter filter(MailAddress address, LdapSettings.Attributes attributes) {
            List<Filter> any = new ArrayList<>();
            for (String spelling : spellings(address)) {
                int at = spelling.lastIndexOf('@');
                // All placeholders are replaced in one pass, since a local part may itself be "{domain}".
                any.add(parsed(PLACEHOLDER
                        .matcher(text)
                        .replaceAll(found -> Matcher.quoteReplacement(Filter.encodeValue(
                                switch (found.group()) {
                                    case "{local}" -> spelling.substring(0, at);
                                    case "{domain}" -> spelling.substring(at + 1);
                                    default -> spelling;
                                })))));
            }
            return any.size() == 1 ? any.getFirst() : Filter.createORFilter(any);
        }

        @Override
        public Optional<String> problem() {
            if (!text.contains("{address}") && !text.contains("{local}")) {
                return Optional.of("the filter must have {address} or {local} in it");
            }
            try {
                filter(MailAddress.of("a@b"), LdapSettings.Attributes.DEFAULT);
                return Optional.empty();
            } catch (IllegalStateException notAFilter) {
                return Optional.of("the filter is malformed: " + text);
            }
        }

        private static final Pattern PLACEHOLDER = Pattern.compile("\\{(address|local|domain)}");

        private static Filter parsed(String text) {
            try {
                return Filter.create(text);
            } catch (LDAPException e) {
                throw new IllegalStateException("the filter of the configuration is malformed", e);
            }
        }
    }

    private static Filter anyOf(MailAddress address, LdapSettings.Attributes attributes) {
        List<Filter> any = new ArrayList<>();
        for (String spelling : spellings(address)) {
            any.add(Filter.createEqualityFilter(attributes.proxyAddresses(), "smtp:" + spelling));
            any.add(Filter.createEqualityFilter(attributes.mail(), spelling));
        }
        return Filter.createORFilter(any);
    }

    /**
     * Returns the spellings that an entry may have: the domain as U-label or A-label, the local part with needless
     * quotes or none. The matching rule takes care of letter case.
     */
    private static List<String> spellings(MailAddress address) {
        TreeSet<String> seen = new TreeSet<>();
        List<String> spellings = new ArrayList<>();
        for (String each : List.of(
                address.toString(), address.localPart() + "@" + address.domain().ascii(), address.key())) {
            // An encoded word (RFC 2047) without its quotes is no address.
            if (seen.add(each.toLowerCase(Locale.ROOT))
                    && MailAddress.parse(each).filter(address::equals).isPresent()) {
                spellings.add(each);
            }
        }
        return spellings;
    }
}
