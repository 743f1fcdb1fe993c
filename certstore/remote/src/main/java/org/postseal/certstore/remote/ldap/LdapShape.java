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
 * How a directory writes addresses down, which decides the filter. Whatever the address holds, it stays inside its assertion value: the filter is built
 * as a tree, and octets that mean something are escaped where it becomes text (RFC 4515 §3).
 */
public sealed interface LdapShape {
    /** The filter that finds the entries of {@code address}. */
    Filter filter(MailAddress address, LdapSettings.Attributes attributes);

    /** Why it cannot be used; empty when it can. */
    default Optional<String> problem() {
        return Optional.empty();
    }

    /** Active Directory: every address stands in proxyAddresses, the primary one also in mail. */
    record ActiveDirectory() implements LdapShape {
        @Override
        public Filter filter(MailAddress address, LdapSettings.Attributes attributes) {
            return anyOf(address, attributes);
        }
    }

    /** OpenLDAP and the like: addresses stand in mail; proxyAddresses where a schema has it. */
    record Generic() implements LdapShape {
        @Override
        public Filter filter(MailAddress address, LdapSettings.Attributes attributes) {
            return anyOf(address, attributes);
        }
    }

    /**
     * A filter of the admin's own in the text form of RFC 4515, with {@code {address}}, {@code {local}} and {@code {domain}} inside assertion values.
     *
     * @param text {@code (&(objectClass=person)(uid={local}))}
     */
    record Template(String text) implements LdapShape {
        @Override
        public Filter filter(MailAddress address, LdapSettings.Attributes attributes) {
            List<Filter> any = new ArrayList<>();
            for (String spelling : spellings(address)) {
                int at = spelling.lastIndexOf('@');
                // in one pass: a local part may well be {domain}
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

    /** What an entry may write for it: U-label or A-label domain, needless quotes or none. Letter case is for the matching rule. */
    private static List<String> spellings(MailAddress address) {
        TreeSet<String> seen = new TreeSet<>();
        List<String> spellings = new ArrayList<>();
        for (String each : List.of(
                address.toString(), address.localPart() + "@" + address.domain().ascii(), address.key())) {
            // without its quotes an encoded word (RFC 2047) is no address
            if (seen.add(each.toLowerCase(Locale.ROOT))
                    && MailAddress.parse(each).filter(address::equals).isPresent()) {
                spellings.add(each);
            }
        }
        return spellings;
    }
}
