package org.postseal.certstore.remote.sync;

import com.unboundid.asn1.ASN1OctetString;
import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedSearchEntry;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedSearchRequest;
import com.unboundid.ldap.listener.interceptor.InMemoryOperationInterceptor;
import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Control;
import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.Modification;
import com.unboundid.ldap.sdk.ModificationType;
import com.unboundid.ldap.sdk.ReadOnlySearchRequest;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchScope;
import com.unboundid.ldap.sdk.experimental.ActiveDirectoryDirSyncControl;
import com.unboundid.ldap.sdk.schema.Schema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Imitates what synchronisation needs of a domain controller: update sequence numbers, tombstones that only the
 * show-deleted control reveals, and the DirSync control with pages and a cookie, which after the first time sends only
 * the attributes that changed.
 */
final class ActiveDirectory implements AutoCloseable {
    static final String BASE = "DC=ad,DC=example";
    static final String PEOPLE = "OU=people," + BASE;
    private static final String SETTINGS = "CN=NTDS Settings," + BASE;
    private static final String DELETED = "CN=Deleted Objects," + BASE;

    private final InMemoryDirectoryServer server;
    private final Map<String, Map<String, Long>> changes = new HashMap<>();
    private final List<String> searches = new ArrayList<>();
    private long usn = 100_000;
    private int dirSyncPage = 1000;
    private boolean mayReplicate;
    private boolean maySeeDeleted = true;

    ActiveDirectory(UUID invocationId) throws LDAPException, com.unboundid.ldif.LDIFException {
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
        config.setSchema(Schema.mergeSchemas(
                Schema.getDefaultStandardSchema(),
                new Schema(new Entry(
                        "dn: cn=schema",
                        "objectClass: top",
                        "attributeTypes: ( 1.2.840.113556.1.2.120 NAME 'uSNChanged'"
                                + " EQUALITY integerMatch ORDERING integerOrderingMatch"
                                + " SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 )",
                        "attributeTypes: ( 1.2.840.113556.1.4.2 NAME 'objectGUID'"
                                + " EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 )",
                        "attributeTypes: ( 1.2.840.113556.1.2.115 NAME 'invocationId'"
                                + " EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 )",
                        "attributeTypes: ( 1.2.840.113556.1.2.210 NAME 'proxyAddresses'"
                                + " EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )",
                        "attributeTypes: ( 1.2.840.113556.1.4.8 NAME 'userAccountControl'"
                                + " EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 )",
                        "attributeTypes: ( 1.2.840.113556.1.2.48 NAME 'isDeleted'"
                                + " EQUALITY booleanMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.7 )",
                        "objectClasses: ( 1.2.840.113556.1.5.9 NAME 'user' SUP top STRUCTURAL"
                                + " MUST cn MAY ( uSNChanged $ objectGUID $ invocationId"
                                + " $ proxyAddresses $ userAccountControl $ isDeleted $"
                                + " mail $ userCertificate $ userSMIMECertificate ) )"))));
        config.setEnforceAttributeSyntaxCompliance(false);
        config.setListenerConfigs(InMemoryListenerConfig.createLDAPConfig("ldap", 0));
        config.addInMemoryOperationInterceptor(new Controls());
        server = new InMemoryDirectoryServer(config);
        server.startListening();
        server.add("dn: " + BASE, "objectClass: domain", "dc: ad");
        server.add("dn: " + PEOPLE, "objectClass: organizationalUnit", "ou: people");
        server.add("dn: OU=elsewhere," + BASE, "objectClass: organizationalUnit", "ou: elsewhere");
        server.add("dn: " + DELETED, "objectClass: applicationProcess", "cn: Deleted Objects");
        server.add(new Entry(
                SETTINGS,
                new Attribute("objectClass", "user"),
                new Attribute("cn", "NTDS Settings"),
                new Attribute("invocationId", EntryReader.guidOctets(invocationId.toString()))));
    }

    LDAPConnection connect() throws SyncException {
        try {
            return server.getConnection();
        } catch (LDAPException e) {
            throw SyncException.of(e);
        }
    }

    DirectoryServer server() {
        return _ -> connect();
    }

    int port() {
        return server.getListenPort();
    }

    /** Returns the id under which the mirror shall know user {@code number}. */
    static String id(int number) {
        return new UUID(0xC0FF_EE00_1234_5678L, 0x8000_0000_0000_0000L + number).toString();
    }

    synchronized void add(int number, Attribute... more) throws LDAPException {
        Entry entry = new Entry(dn(number));
        entry.addAttribute("objectClass", "user");
        entry.addAttribute("cn", "u" + number);
        entry.addAttribute("objectGUID", EntryReader.guidOctets(id(number)));
        entry.addAttribute("mail", "u" + number + "@example.com");
        entry.addAttribute("userCertificate", ("certificate " + number).getBytes(StandardCharsets.UTF_8));
        for (Attribute attribute : more) {
            entry.setAttribute(attribute);
        }
        usn++;
        entry.addAttribute("uSNChanged", Long.toString(usn));
        server.add(entry);
        for (Attribute attribute : entry.getAttributes()) {
            changed(number, attribute.getName());
        }
    }

    synchronized void set(int number, String attribute, String... values) throws LDAPException {
        usn++;
        server.modify(
                dn(number),
                new Modification(ModificationType.REPLACE, attribute, values),
                new Modification(ModificationType.REPLACE, "uSNChanged", Long.toString(usn)));
        changed(number, attribute);
    }

    synchronized void delete(int number) throws LDAPException {
        usn++;
        server.delete(dn(number));
        server.add(new Entry(
                "CN=u" + number + "\\0ADEL:" + id(number) + "," + DELETED,
                new Attribute("objectClass", "user"),
                new Attribute("cn", "u" + number + "\nDEL:" + id(number)),
                new Attribute("objectGUID", EntryReader.guidOctets(id(number))),
                new Attribute("isDeleted", "TRUE"),
                new Attribute("uSNChanged", Long.toString(usn))));
        changed(number, "isDeleted");
    }

    /**
     * Moves a user out of the organisational unit that is synchronised. A search by number no longer finds the user.
     */
    synchronized void moveAway(int number) throws LDAPException {
        usn++;
        server.modifyDN(dn(number), "CN=u" + number, false, "OU=elsewhere," + BASE);
        server.modify(
                "CN=u" + number + ",OU=elsewhere," + BASE,
                new Modification(ModificationType.REPLACE, "uSNChanged", Long.toString(usn)));
        changed(number, "name");
    }

    synchronized void dirSyncPage(int objects) {
        dirSyncPage = objects;
    }

    synchronized void mayReplicate(boolean allowed) {
        mayReplicate = allowed;
    }

    synchronized void maySeeDeleted(boolean allowed) {
        maySeeDeleted = allowed;
    }

    synchronized void setUsn(long number) {
        usn = number;
    }

    synchronized long usn() {
        return usn;
    }

    /** Returns the filters of the searches since the last call. */
    synchronized List<String> searches() {
        List<String> all = List.copyOf(searches);
        searches.clear();
        return all;
    }

    @Override
    public void close() {
        server.shutDown(true);
    }

    private void changed(int number, String attribute) {
        changes.computeIfAbsent(id(number), _ -> new HashMap<>())
                .put(attribute.toLowerCase(java.util.Locale.ROOT), usn);
    }

    private static String dn(int number) {
        return "CN=u" + number + "," + PEOPLE;
    }

    private final class Controls extends InMemoryOperationInterceptor {
        @Override
        public void processSearchRequest(InMemoryInterceptedSearchRequest intercepted) throws LDAPException {
            synchronized (ActiveDirectory.this) {
                ReadOnlySearchRequest request = intercepted.getRequest();
                if (request.getScope().equals(SearchScope.BASE)) {
                    return;
                }
                searches.add(request.getFilter().toString());
                Control dirSync = request.getControl(ActiveDirectoryDirSyncControl.DIRSYNC_OID);
                if (dirSync != null) {
                    dirSync(
                            intercepted,
                            new ActiveDirectoryDirSyncControl(
                                    dirSync.getOID(), dirSync.isCritical(), dirSync.getValue()));
                }
                boolean showsDeleted = maySeeDeleted && request.hasControl(UsnChangedSync.SHOW_DELETED);
                SearchRequest changed = request.duplicate();
                changed.removeControl(UsnChangedSync.SHOW_DELETED);
                if (!showsDeleted) {
                    changed.setFilter(Filter.createANDFilter(
                            request.getFilter(),
                            Filter.createNOTFilter(Filter.createEqualityFilter("isDeleted", "TRUE"))));
                }
                intercepted.setRequest(changed);
            }
        }

        @Override
        public void processSearchEntry(InMemoryInterceptedSearchEntry intercepted) {
            Entry sent = Objects.requireNonNull(intercepted.getSearchEntry());
            if (sent.getDN().isEmpty()) {
                synchronized (ActiveDirectory.this) {
                    Entry rootDse = sent.duplicate();
                    rootDse.setAttribute("supportedCapabilities", "1.2.840.113556.1.4.800", "1.2.840.113556.1.4.1670");
                    rootDse.addAttribute("supportedControl", ActiveDirectoryDirSyncControl.DIRSYNC_OID);
                    rootDse.setAttribute("highestCommittedUSN", Long.toString(usn));
                    rootDse.setAttribute("dsServiceName", SETTINGS);
                    rootDse.setAttribute("defaultNamingContext", BASE);
                    intercepted.setSearchEntry(rootDse);
                }
            }
        }

        // This always ends in an exception, because that is how an interceptor answers by itself, also with a success.
        private void dirSync(InMemoryInterceptedSearchRequest intercepted, ActiveDirectoryDirSyncControl control)
                throws LDAPException {
            ReadOnlySearchRequest request = intercepted.getRequest();
            if ((control.getFlags() & ActiveDirectoryDirSyncControl.FLAG_OBJECT_SECURITY) == 0 && !mayReplicate) {
                throw new LDAPException(
                        ResultCode.INSUFFICIENT_ACCESS_RIGHTS, "00002105: SecErr: problem 4003 (INSUFF_ACCESS_RIGHTS)");
            }
            if (!DN.equals(request.getBaseDN(), BASE) || !request.getScope().equals(SearchScope.SUB)) {
                throw new LDAPException(ResultCode.UNWILLING_TO_PERFORM, "00002077: base is no naming context");
            }
            long since = since(control.getCookie());
            List<Entry> found = changedSince(request, since);
            List<Entry> page = found.subList(0, Math.min(dirSyncPage, found.size()));
            for (Entry entry : page) {
                intercepted.sendSearchEntry(onlyChanged(entry, request, since));
            }
            boolean hasMore = page.size() < found.size();
            long next = hasMore ? lastChange(page.getLast()) : usn;
            throw new LDAPException(ResultCode.SUCCESS, "", "", new String[0], new Control[] {
                new ActiveDirectoryDirSyncControl(true, hasMore ? 1 : 0, 0, new ASN1OctetString("usn" + next))
            });
        }

        private static long since(@Nullable ASN1OctetString cookie) throws LDAPException {
            if (cookie == null || cookie.getValueLength() == 0) {
                return 0;
            }
            String text = cookie.stringValue();
            if (!text.startsWith("usn")) {
                throw new LDAPException(ResultCode.UNWILLING_TO_PERFORM, "00000057: LdapErr: bad cookie");
            }
            return Long.parseLong(text.substring(3));
        }

        private List<Entry> changedSince(ReadOnlySearchRequest request, long since) throws LDAPException {
            return Objects.requireNonNull(server.search(BASE, SearchScope.SUB, request.getFilter())
                            .getSearchEntries())
                    .stream()
                    .map(entry -> (Entry) entry)
                    .filter(entry -> EntryReader.objectGuid(entry).isPresent())
                    .filter(entry -> changedAttributes(entry, request, since).size() > 0)
                    .sorted(Comparator.comparingLong(this::lastChange))
                    .toList();
        }

        private Entry onlyChanged(Entry entry, ReadOnlySearchRequest request, long since) {
            Entry partial = new Entry("<GUID=" + EntryReader.objectGuid(entry).orElseThrow() + ">;" + entry.getDN());
            partial.setAttribute("objectGUID", Objects.requireNonNull(entry.getAttributeValueBytes("objectGUID")));
            for (String name : changedAttributes(entry, request, since)) {
                Attribute attribute = entry.getAttribute(name);
                partial.setAttribute(attribute == null ? new Attribute(name) : attribute);
            }
            return partial;
        }

        private List<String> changedAttributes(Entry entry, ReadOnlySearchRequest request, long since) {
            Map<String, Long> mine =
                    changes.getOrDefault(EntryReader.objectGuid(entry).orElseThrow(), Map.of());
            return request.getAttributeList().stream()
                    .filter(name -> mine.getOrDefault(name.toLowerCase(java.util.Locale.ROOT), 0L) > since)
                    .toList();
        }

        private long lastChange(Entry entry) {
            return changes.getOrDefault(EntryReader.objectGuid(entry).orElseThrow(), Map.of()).values().stream()
                    .mapToLong(Long::longValue)
                    .max()
                    .orElse(0);
        }
    }
}
