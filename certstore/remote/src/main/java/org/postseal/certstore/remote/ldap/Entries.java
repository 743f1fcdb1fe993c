package org.postseal.certstore.remote.ldap;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.DereferencePolicy;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPSearchException;
import com.unboundid.ldap.sdk.LDAPURL;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchResultReference;
import com.unboundid.ldap.sdk.SearchScope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.fetch.Deadline;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the entry of an address or of a DN. Immutable, thread-safe. */
final class Entries {
    private final LdapSettings settings;

    Entries(LdapSettings settings) {
        this.settings = settings;
    }

    /**
     * The result of a search for an address.
     *
     * @param isLeftOut whether the only entries found belong to disabled accounts, which are passed over
     */
    record Found(Optional<SearchResultEntry> entry, boolean isLeftOut) {}

    /**
     * Returns the entry of an address; empty if there is none.
     *
     * @throws LdapFailureException as AMBIGUOUS, REFERS_ELSEWHERE or OVER_LIMIT
     */
    Optional<SearchResultEntry> of(
            LDAPConnection connection, Deadline deadline, MailAddress address, Collection<String> attributes)
            throws LDAPException, LdapFailureException {
        return find(connection, deadline, address, attributes).entry();
    }

    /** Works as {@link #of}, and also says whether an entry was passed over. */
    Found find(LDAPConnection connection, Deadline deadline, MailAddress address, Collection<String> attributes)
            throws LDAPException, LdapFailureException {
        Filter filter = settings.query().shape().filter(address, settings.attributes());
        BoundedResults results = new BoundedResults(connection, settings.limits());
        SearchRequest request = new SearchRequest(
                results,
                settings.query().base(),
                settings.query().scope().inSearches(),
                DereferencePolicy.NEVER,
                settings.limits().entries(),
                seconds(deadline),
                false,
                filter,
                requested(attributes));
        request.setResponseTimeoutMillis(deadline.socketMillis(settings.limits().response()));
        search(results, request);
        for (SearchResultReference each : results.references()) {
            if (!isHarmless(each)) {
                throw new LdapFailureException(
                        LdapFailure.REFERS_ELSEWHERE,
                        settings.name() + " names " + String.join(" ", each.getReferralURLs()));
            }
        }
        List<SearchResultEntry> answers = results.entries().stream()
                .filter(each -> isAnswer(each, address))
                .toList();
        List<SearchResultEntry> found =
                answers.stream().filter(each -> !isLeftOut(each)).toList();
        if (found.size() > 1) {
            throw new LdapFailureException(
                    LdapFailure.AMBIGUOUS,
                    found.get(0).getDN() + " and " + found.get(1).getDN());
        }
        return new Found(found.stream().findFirst(), found.isEmpty() && !answers.isEmpty());
    }

    /** Returns the entry of a DN with some attributes; null if there is none or it is not shown to us. */
    static @Nullable SearchResultEntry byDn(
            LDAPConnection connection, Deadline deadline, String dn, String... attributes) throws LDAPException {
        SearchRequest request = new SearchRequest(
                dn,
                SearchScope.BASE,
                DereferencePolicy.NEVER,
                1,
                seconds(deadline),
                false,
                Filter.createPresenceFilter("objectClass"),
                attributes);
        long most = connection.getConnectionOptions().getResponseTimeoutMillis();
        request.setResponseTimeoutMillis(deadline.socketMillis(Duration.ofMillis(most)));
        try {
            return connection.searchForEntry(request);
        } catch (LDAPSearchException e) {
            if (e.getResultCode().equals(ResultCode.NO_SUCH_OBJECT)) {
                return null;
            }
            throw e;
        }
    }

    /**
     * Returns the names of the attributes to request: {@code attributes}, with both spellings of those that may be
     * binary, and the attributes that {@link #of} itself needs.
     */
    String[] requested(Collection<String> attributes) {
        List<String> all = new ArrayList<>(EntryAddresses.attributes(settings.attributes()));
        all.add("userAccountControl");
        for (String each : attributes) {
            all.add(each);
            if (settings.attributes().smime().contains(each)
                    || settings.attributes().certificates().contains(each)) {
                // RFC 4523 §2.1 demands the option ";binary", but Active Directory knows the attribute without it.
                all.add(each + ";binary");
            }
        }
        return all.toArray(String[]::new);
    }

    private static void search(BoundedResults results, SearchRequest request)
            throws LDAPException, LdapFailureException {
        try {
            results.search(request);
        } catch (LDAPSearchException e) {
            if (e.getResultCode().equals(ResultCode.SIZE_LIMIT_EXCEEDED)
                    && results.entries().size() > 1) {
                throw new LdapFailureException(
                        LdapFailure.AMBIGUOUS, "more than " + results.entries().size() + " entries", e);
            }
            throw e;
        }
    }

    private boolean isLeftOut(Entry entry) {
        return settings.query().skipDisabledAccounts() && isDisabled(entry);
    }

    /**
     * Returns whether the account of the entry may not log in. The entry must have been read with {@link #requested}.
     */
    static boolean isDisabled(Entry entry) {
        Integer flags = entry.getAttributeValueAsInteger("userAccountControl");
        return flags != null && (flags & ACCOUNTDISABLE) != 0;
    }

    /**
     * Returns whether the entry has the address by our own comparison. The server's comparison may be wider: Active
     * Directory treats é as e, and the string preparation of RFC 4518 turns full-width letters into plain ones.
     * Somebody could use that to have their certificate used for another person's address. A filter that the
     * administrator wrote is trusted.
     */
    private boolean isAnswer(Entry entry, MailAddress address) {
        boolean isAnswer = settings.query().shape() instanceof LdapShape.Template
                || EntryAddresses.of(entry, settings.attributes()).contains(address);
        if (!isAnswer) {
            LOG.warn("{}: an entry that was found for {} has another address", settings.name(), address);
        }
        return isAnswer;
    }

    // Active Directory sends these three references for every search from the root of a domain; no users live there.
    private boolean isHarmless(SearchResultReference reference) {
        if (!(settings.query().shape() instanceof LdapShape.ActiveDirectory)) {
            return false;
        }
        for (String each : reference.getReferralURLs()) {
            try {
                DN dn = new LDAPURL(each).getBaseDN();
                String first = String.valueOf(dn.getRDNString()).toLowerCase(Locale.ROOT);
                if (!WITHOUT_USERS.contains(first)) {
                    return false;
                }
            } catch (LDAPException notAUrl) {
                return false;
            }
        }
        return true;
    }

    private static int seconds(Deadline deadline) {
        return Math.clamp(deadline.remaining().toSeconds() + 1, 1, Integer.MAX_VALUE);
    }

    private static final int ACCOUNTDISABLE = 0x2;
    private static final List<String> WITHOUT_USERS =
            List.of("dc=domaindnszones", "dc=forestdnszones", "cn=configuration");

    private static final Logger LOG = LoggerFactory.getLogger(Entries.class);
}
