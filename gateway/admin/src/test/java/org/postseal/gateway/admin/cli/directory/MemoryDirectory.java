package org.postseal.gateway.admin.cli.directory;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedModifyRequest;
import com.unboundid.ldap.listener.interceptor.InMemoryOperationInterceptor;
import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.issue.IssuedCertificate;

/** A directory server in memory, with two accounts. Commands reach it over the network. */
public final class MemoryDirectory implements AutoCloseable {
    public static final String BASE = "dc=example,dc=com";
    public static final String ACCOUNT = "cn=postseal,dc=example,dc=com";
    public static final String PUBLISHER = "cn=publisher,dc=example,dc=com";
    public static final String PASSWORD = "correct horse";

    private final InMemoryDirectoryServer server;
    private volatile boolean refusesChanges;
    private volatile String odd = "";

    private MemoryDirectory(InMemoryListenerConfig listener) throws LDAPException {
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
        config.setSchema(null);
        config.addAdditionalBindCredentials(ACCOUNT, PASSWORD);
        config.addAdditionalBindCredentials(PUBLISHER, PASSWORD);
        config.setListenerConfigs(listener);
        config.addInMemoryOperationInterceptor(new InMemoryOperationInterceptor() {
            @Override
            public void processModifyRequest(InMemoryInterceptedModifyRequest request) throws LDAPException {
                if (refusesChanges) {
                    throw new LDAPException(ResultCode.INSUFFICIENT_ACCESS_RIGHTS);
                }
                if (request.getRequest().getDN().equals(odd)) {
                    throw new LDAPException(ResultCode.OBJECT_CLASS_VIOLATION);
                }
            }
        });
        server = new InMemoryDirectoryServer(config);
        server.add(new Entry(BASE, new Attribute("objectClass", "domain"), new Attribute("dc", "example")));
        server.startListening();
    }

    public static MemoryDirectory start() throws LDAPException {
        return new MemoryDirectory(
                InMemoryListenerConfig.createLDAPConfig("loopback", InetAddress.getLoopbackAddress(), 0, null));
    }

    /** Starts a server that speaks TLS with a certificate that is no server's. */
    public static MemoryDirectory startTls(IssuedCertificate identity)
            throws LDAPException, GeneralSecurityException, IOException {
        char[] password = "secret".toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new ByteArrayInputStream(identity.pkcs12(password)), password);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return new MemoryDirectory(InMemoryListenerConfig.createLDAPSConfig(
                "loopback", InetAddress.getLoopbackAddress(), 0, context.getServerSocketFactory(), null));
    }

    /** Refuses every change over the network from now on. */
    public void refuseChanges() {
        refusesChanges = true;
    }

    /** Lets this user's entry refuse the attributes from now on. */
    public void takesNoAttributes(String name) {
        odd = dn(name);
    }

    public InMemoryDirectoryServer server() {
        return server;
    }

    public int port() {
        return server.getListenPort();
    }

    /** Adds {@code cn=NAME} with an address and certificates. */
    public void person(String name, String address, MailCertificate... certificates) throws LDAPException {
        List<Attribute> attributes = new ArrayList<>(List.of(
                new Attribute("objectClass", "inetOrgPerson"),
                new Attribute("cn", name),
                new Attribute("mail", address)));
        if (certificates.length > 0) {
            attributes.add(new Attribute("userCertificate;binary", ders(certificates)));
        }
        server.add(new Entry(dn(name), attributes));
    }

    public static String dn(String name) {
        return "cn=" + name + "," + BASE;
    }

    /** Returns the values of an attribute, in the server's order. */
    public List<byte[]> values(String name, String attribute) throws LDAPException {
        return Optional.ofNullable(server.getEntry(dn(name)))
                .flatMap(entry -> Optional.ofNullable(entry.getAttributeValueByteArrays(attribute)))
                .map(List::of)
                .orElse(List.of());
    }

    public static byte[][] ders(MailCertificate... certificates) {
        byte[][] ders = new byte[certificates.length][];
        for (int i = 0; i < ders.length; i++) {
            ders[i] = der(certificates[i]);
        }
        return ders;
    }

    public static byte[] der(MailCertificate certificate) {
        try {
            return certificate.x509().getEncoded();
        } catch (java.security.cert.CertificateEncodingException e) {
            throw new IllegalStateException("it was read from these octets", e);
        }
    }

    /** Returns the lines of {@code directory.ldap.NAME} for the configuration. */
    public String settings(String name, String... more) {
        return "    " + name + ": { urls: \"ldap://127.0.0.1:" + port() + "\", base: \"" + BASE + "\", bindDn: \""
                + ACCOUNT + "\", passwordFile: ldap.password" + String.join("", more) + " }\n";
    }

    @Override
    public void close() {
        server.shutDown(true);
    }
}
