package org.postseal.certstore.remote.ldap;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.fetch.Deadline;

/**
 * One expansion, with the groups still to be opened, the entries seen and the members found. It goes breadth first and
 * takes each entry once, so that loops end. Not thread-safe.
 */
final class GroupWalk {
    private final LDAPConnection connection;
    private final Deadline deadline;
    private final LdapSettings settings;
    private final Entries entries;
    private final Deque<Entry> groups = new ArrayDeque<>();
    private final Set<DN> seen = new HashSet<>();
    private final Set<MailAddress> named = new HashSet<>();
    private final Map<MailAddress, GroupExpansion.Member> members = new LinkedHashMap<>();
    private int groupCount;
    private int withoutAddress;

    GroupWalk(LDAPConnection connection, Deadline deadline, LdapSettings settings, Entries entries) {
        this.connection = connection;
        this.deadline = deadline;
        this.settings = settings;
        this.entries = entries;
    }

    static boolean isGroup(Entry entry) {
        return CLASSES.stream().anyMatch(entry::hasObjectClass)
                || ATTRIBUTES.stream().anyMatch(each -> AttributeValues.spelling(entry, each) != null);
    }

    /** Takes an entry as a member, or as a group to be opened; passes over one that was seen before. */
    void add(Entry entry) throws LDAPException, LdapFailureException {
        if (!seen.add(new DN(entry.getDN()))) {
            return;
        }
        if (isGroup(entry)) {
            if (++groupCount > LdapGroups.MAX_GROUPS) {
                throw new LdapFailureException(
                        LdapFailure.OVER_LIMIT, "more than " + LdapGroups.MAX_GROUPS + " nested groups");
            }
            groups.add(entry);
            return;
        }
        List<MailAddress> owner = EntryAddresses.of(entry, settings.attributes());
        if (owner.isEmpty()) {
            withoutAddress++;
        } else {
            keep(new GroupExpansion.Member(owner.getFirst(), owner, Entries.isDisabled(entry)));
        }
    }

    GroupExpansion.Members expand() throws LDAPException, LdapFailureException {
        for (Entry group = groups.poll(); group != null; group = groups.poll()) {
            demandStatic(group);
            for (String attribute : LdapGroups.BY_DN) {
                for (String dn : values(group, attribute)) {
                    addByDn(dn);
                }
            }
            for (String attribute : LdapGroups.BY_ADDRESS) {
                for (String address : values(group, attribute)) {
                    addByAddress(address);
                }
            }
        }
        return new GroupExpansion.Members(new ArrayList<>(members.values()), withoutAddress);
    }

    private void addByDn(String text) throws LDAPException, LdapFailureException {
        demandTime();
        if (!DN.isValidDN(text)) {
            throw notExpandable("a member is no DN", text);
        }
        if (seen.contains(new DN(text))) {
            return;
        }
        Entry entry = Entries.byDn(connection, deadline, text, entries.requested(ATTRIBUTES));
        if (entry == null) {
            // The member is gone or hidden from us. Either way we do not know who it is.
            throw notExpandable("a member cannot be read", text);
        }
        add(entry);
    }

    private void addByAddress(String text) throws LDAPException, LdapFailureException {
        demandTime();
        Optional<MailAddress> address = MailAddress.parse(text);
        if (address.isEmpty()) {
            throw notExpandable("a member is no mail address", text);
        }
        if (!named.add(address.get())) {
            return;
        }
        // The address may belong to a group, and an entry knows the other addresses of its owner.
        Entries.Found found = entries.find(connection, deadline, address.get(), ATTRIBUTES);
        if (found.entry().isPresent()) {
            add(found.entry().get());
        } else {
            keep(new GroupExpansion.Member(address.get(), List.of(address.get()), found.isLeftOut()));
        }
    }

    private void keep(GroupExpansion.Member member) throws LdapFailureException {
        // If two entries have the same address, an entry whose account is not disabled takes precedence.
        members.merge(member.address(), member, (first, next) -> first.isDisabled() ? next : first);
        if (members.size() > LdapGroups.MAX_MEMBERS) {
            throw tooMany();
        }
    }

    private List<String> values(Entry group, String attribute) throws LDAPException, LdapFailureException {
        return AttributeValues.read(connection, deadline, group, attribute, LdapGroups.MAX_MEMBERS).stream()
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .toList();
    }

    private void demandTime() throws LdapFailureException {
        if (deadline.isOver()) {
            throw new LdapFailureException(LdapFailure.TIMED_OUT, "group expansion");
        }
        if (seen.size() > LdapGroups.MAX_MEMBERS + LdapGroups.MAX_GROUPS) {
            throw tooMany();
        }
    }

    private static LdapFailureException tooMany() {
        return new LdapFailureException(LdapFailure.OVER_LIMIT, "more than " + LdapGroups.MAX_MEMBERS + " members");
    }

    // A query decides who is in a dynamic group, and only the mail server that made the query can run it.
    private static void demandStatic(Entry group) throws LdapFailureException {
        for (String each : DYNAMIC_CLASSES) {
            if (group.hasObjectClass(each)) {
                throw notExpandable("dynamic group (" + each + ")", group.getDN());
            }
        }
        for (String each : DYNAMIC_ATTRIBUTES) {
            if (AttributeValues.spelling(group, each) != null) {
                throw notExpandable("dynamic group (" + each + ")", group.getDN());
            }
        }
    }

    private static LdapFailureException notExpandable(String why, String value) {
        String shown = value.length() <= 200 ? value : value.substring(0, 200) + "...";
        return new LdapFailureException(LdapFailure.NOT_EXPANDABLE, why + ": " + shown);
    }

    private static final List<String> DYNAMIC_CLASSES =
            List.of("groupOfURLs", "dynamicGroup", "msExchDynamicDistributionList");
    private static final List<String> DYNAMIC_ATTRIBUTES =
            List.of("memberURL", "mgrpDeliverTo", "msExchQueryFilter", "msExchDynamicDLFilter");
    private static final List<String> CLASSES = List.of(
            "group",
            "groupOfNames",
            "groupOfUniqueNames",
            "groupOfMembers",
            "mailGroup",
            "nisMailAlias",
            "groupOfURLs",
            "dynamicGroup",
            "msExchDynamicDistributionList");

    /** The attributes that make an entry a group and name its members. */
    static final List<String> ATTRIBUTES = List.of(
            "member",
            "uniqueMember",
            "mgrpRFC822MailMember",
            "rfc822MailMember",
            "memberURL",
            "mgrpDeliverTo",
            "msExchQueryFilter",
            "msExchDynamicDLFilter");
}
