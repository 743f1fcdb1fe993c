package org.postseal.certstore.remote.ldap;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.fetch.Deadline;

/**
 * Reads all values of an attribute, however the server spells it: plain or with {@code ;binary} (RFC 4522), at once or
 * in ranges. Active Directory gives more than 1500 values in ranges ({@code member;range=0-1499}). Each value comes
 * once, in the server's order.
 */
final class AttributeValues {
    private AttributeValues() {}

    /** Returns the values in {@code entry}, and asks for those that the server keeps back for another request. */
    static List<byte[]> read(LDAPConnection connection, Deadline deadline, Entry entry, String attribute, int limit)
            throws LDAPException, LdapFailureException {
        // A ByteBuffer as key compares octets, which a byte[] does not.
        Map<ByteBuffer, byte[]> values = new LinkedHashMap<>();
        long next = take(entry, attribute, values, limit);
        while (next > 0) {
            if (deadline.isOver()) {
                throw new LdapFailureException(LdapFailure.TIMED_OUT, "values of " + attribute);
            }
            Entry more = Entries.byDn(connection, deadline, entry.getDN(), attribute + ";range=" + next + "-*");
            long after = more == null ? -1 : take(more, attribute, values, limit);
            // A server that gives no range, or the same range again, would keep us here for ever.
            if (after != END && after <= next) {
                throw new LdapFailureException(LdapFailure.MALFORMED, "ranges of " + attribute + " that do not go on");
            }
            next = after;
        }
        return List.copyOf(values.values());
    }

    /** Returns only the values in {@code entry}. */
    static List<String> strings(Entry entry, String attribute) {
        List<String> values = new ArrayList<>();
        for (Attribute each : spelled(entry, attribute)) {
            values.addAll(List.of(each.getValues()));
        }
        return values;
    }

    /** Returns the attribute's name as the server spells it in this entry; null if the entry has no value. */
    static @Nullable String spelling(Entry entry, String attribute) {
        return spelled(entry, attribute).stream()
                .filter(each -> each.size() > 0)
                .map(Attribute::getName)
                .findFirst()
                .orElse(null);
    }

    private static long take(Entry entry, String attribute, Map<ByteBuffer, byte[]> values, int limit)
            throws LdapFailureException {
        long next = END;
        for (Attribute each : spelled(entry, attribute)) {
            for (byte[] value : each.getValueByteArrays()) {
                values.putIfAbsent(ByteBuffer.wrap(value), value);
                if (values.size() > limit) {
                    throw new LdapFailureException(
                            LdapFailure.OVER_LIMIT, "more than " + limit + " values of " + attribute);
                }
            }
            for (String option : each.getOptions()) {
                Matcher range = RANGE.matcher(option);
                if (range.matches() && !range.group("end").equals("*")) {
                    next = Long.parseLong(range.group("end")) + 1;
                }
            }
        }
        return next;
    }

    private static List<Attribute> spelled(Entry entry, String attribute) {
        Collection<Attribute> all = entry.getAttributes();
        return all.stream()
                .filter(each -> each.getBaseName().equalsIgnoreCase(attribute) && isPlain(each.getOptions()))
                .toList();
    }

    // Other options make it a different attribute, for example mail;lang-de.
    private static boolean isPlain(Set<String> options) {
        return options.stream()
                .allMatch(option -> option.toLowerCase(Locale.ROOT).equals("binary")
                        || RANGE.matcher(option).matches());
    }

    private static final long END = 0;
    private static final Pattern RANGE =
            Pattern.compile("range=\\d{1,9}-(?<end>\\*|\\d{1,9})", Pattern.CASE_INSENSITIVE);
}
