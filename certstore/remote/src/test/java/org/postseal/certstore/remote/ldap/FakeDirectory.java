package org.postseal.certstore.remote.ldap;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedSearchEntry;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedSearchRequest;
import com.unboundid.ldap.listener.interceptor.InMemoryOperationInterceptor;
import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Control;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchResultReference;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A directory server in memory that behaves like Active Directory if a test asks for it, with ranges, references and no
 * binary option. It keeps every filter that it was sent.
 */
final class FakeDirectory implements AutoCloseable {
    static final String BASE = "dc=example,dc=com";

    final List<Filter> filters = new CopyOnWriteArrayList<>();
    final List<List<String>> requested = new CopyOnWriteArrayList<>();
    /** The number of values per answer; 0 for all at once. */
    volatile int range;
    /** A reference that is sent with every search from the base. */
    volatile @Nullable String reference;
    /** The failure that every search ends with; null for none. */
    volatile @Nullable LDAPException failure;
    /**
     * An entry that every search from the base finds, whatever its filter, as if by a matching rule of the server's
     * own.
     */
    volatile @Nullable Entry alsoFound;

    private final InMemoryDirectoryServer server;

    FakeDirectory() throws LDAPException {
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
        config.setSchema(null);
        config.setListenerConfigs(
                InMemoryListenerConfig.createLDAPConfig("loopback", InetAddress.getLoopbackAddress(), 0, null));
        config.addInMemoryOperationInterceptor(new Behaviour());
        server = new InMemoryDirectoryServer(config);
        server.add(new Entry(BASE, new Attribute("objectClass", "domain"), new Attribute("dc", "example")));
        server.startListening();
    }

    LdapSettings settings() {
        return LdapSettings.of(
                "corp",
                LdapSettings.Servers.of(new LdapUrl(false, "127.0.0.1", server.getListenPort())),
                LdapSettings.Query.of(BASE, new LdapShape.ActiveDirectory()));
    }

    /** Adds an entry below the base. */
    void add(String rdn, Attribute... attributes) throws LDAPException {
        server.add(new Entry(rdn + "," + BASE, attributes));
    }

    InMemoryDirectoryServer server() {
        return server;
    }

    @Override
    public void close() {
        server.shutDown(true);
    }

    private final class Behaviour extends InMemoryOperationInterceptor {
        @Override
        public void processSearchRequest(InMemoryInterceptedSearchRequest request) throws LDAPException {
            filters.add(request.getRequest().getFilter());
            requested.add(request.getRequest().getAttributeList());
            LDAPException wanted = failure;
            if (wanted != null) {
                throw wanted;
            }
            if (request.getRequest().getBaseDN().equals(BASE)) {
                String url = reference;
                if (url != null) {
                    request.sendSearchReference(new SearchResultReference(new String[] {url}, new Control[0]));
                }
                Entry entry = alsoFound;
                if (entry != null) {
                    request.sendSearchEntry(entry);
                }
            }
        }

        // Returns member;range=0-1499 in place of member, as MS-ADTS describes it.
        @Override
        public void processSearchEntry(InMemoryInterceptedSearchEntry result) {
            Entry sent = result.getSearchEntry();
            if (range == 0 || sent == null) {
                return;
            }
            List<Attribute> attributes = new ArrayList<>();
            Entry whole = stored(sent.getDN());
            for (Attribute each : sent.getAttributes()) {
                attributes.add(each.size() > range ? part(each.getName(), each, 0) : each);
            }
            for (String wanted : result.getRequest().getAttributeList()) {
                int at = wanted.indexOf(";range=");
                if (at > 0) {
                    int from = Integer.parseInt(wanted.substring(at + 7, wanted.indexOf('-', at)));
                    String name = wanted.substring(0, at);
                    Attribute all = whole.getAttribute(name);
                    if (all != null) {
                        attributes.removeIf(each -> each.getBaseName().equalsIgnoreCase(name));
                        attributes.add(part(name, all, from));
                    }
                }
            }
            result.setSearchEntry(new Entry(sent.getDN(), attributes));
        }

        private Attribute part(String name, Attribute all, int from) {
            byte[][] values = all.getValueByteArrays();
            int to = Math.min(from + range, values.length);
            String end = to == values.length ? "*" : Integer.toString(to - 1);
            return new Attribute(name + ";range=" + from + "-" + end, Arrays.copyOfRange(values, from, to));
        }

        private Entry stored(String dn) {
            try {
                Entry entry = server.getEntry(dn);
                return entry == null ? new Entry(dn) : entry;
            } catch (LDAPException e) {
                throw new IllegalStateException(ResultCode.OTHER.getName(), e);
            }
        }
    }
}
