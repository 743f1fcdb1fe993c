package org.postseal.gateway.admin.cli.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldif.LDIFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.testkit.Await;

/** A real slapd with syncrepl for one test, on a free port of the loopback address. */
public final class RealSlapd implements AutoCloseable {
    public static final String BASE = "dc=example,dc=com";
    public static final String ADMIN = "cn=admin,dc=example,dc=com";
    public static final String PASSWORD = "correct horse";

    private static final Path SLAPD = Path.of("/usr/sbin/slapd");

    private final int port = Await.freePorts(1).getFirst();
    private final Path log;
    private final Process process;

    private RealSlapd(Path folder) throws IOException {
        this.log = folder.resolve("log");
        Files.createDirectories(folder.resolve("db"));
        Path configuration =
                Files.writeString(folder.resolve("slapd.conf"), """
                include /etc/ldap/schema/core.schema
                include /etc/ldap/schema/cosine.schema
                include /etc/ldap/schema/inetorgperson.schema
                modulepath /usr/lib/ldap
                moduleload back_mdb
                moduleload syncprov
                pidfile %1$s/pid
                database mdb
                suffix "%2$s"
                rootdn "%3$s"
                rootpw "%4$s"
                directory %1$s/db
                maxsize 104857600
                index objectClass,mail,entryCSN,entryUUID eq
                overlay syncprov
                """.formatted(folder, BASE, ADMIN, PASSWORD));
        process = new ProcessBuilder(
                        SLAPD.toString(),
                        "-f",
                        configuration.toString(),
                        "-h",
                        "ldap://127.0.0.1:" + port + "/",
                        "-d",
                        "0")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /** Starts a server that has its base entry. Where no slapd is installed, the test is skipped; in CI it fails. */
    public static RealSlapd start(Path folder) throws IOException, LDAPException, LDIFException {
        boolean isInstalled = Files.isExecutable(SLAPD);
        if (System.getenv("CI") != null) {
            assertThat(isInstalled).as("slapd must be installed in CI").isTrue();
        }
        assumeTrue(isInstalled, "slapd is not installed: no real LDAP server is tried");
        RealSlapd slapd = new RealSlapd(folder);
        boolean isReady = false;
        try {
            Await.listener(slapd.port, slapd.process::isAlive, slapd::log);
            try (LDAPConnection admin = slapd.admin()) {
                admin.add("dn: " + BASE, "objectClass: domain", "dc: example");
            }
            isReady = true;
            return slapd;
        } finally {
            if (!isReady) {
                slapd.close();
            }
        }
    }

    public int port() {
        return port;
    }

    /** Opens a connection of the administrator. The caller closes it. */
    public LDAPConnection admin() throws LDAPException {
        return new LDAPConnection("127.0.0.1", port, ADMIN, PASSWORD);
    }

    /** Adds {@code cn=NAME}. */
    public void person(LDAPConnection admin, String name, String address, MailCertificate... certificates)
            throws LDAPException, LDIFException {
        StringBuilder ldif = new StringBuilder("dn: " + dn(name) + "\nobjectClass: inetOrgPerson\ncn: " + name
                + "\nsn: " + name + "\nmail: " + address);
        for (MailCertificate each : certificates) {
            ldif.append("\nuserCertificate;binary:: ")
                    .append(java.util.Base64.getEncoder().encodeToString(MemoryDirectory.der(each)));
        }
        admin.add(ldif.toString().split("\n"));
    }

    public static String dn(String name) {
        return "cn=" + name + "," + BASE;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
