package org.postseal.certstore.remote.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.unboundid.ldap.sdk.extensions.WhoAmIExtendedRequest;
import com.unboundid.ldap.sdk.extensions.WhoAmIExtendedResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests TLS with a real slapd, from the first octet and by StartTLS. The server has a good certificate, one for another
 * name, one of another authority, or no TLS at all.
 */
class LdapTlsIT {
    private static final String BASE = "dn: dc=example,dc=com\nobjectClass: domain\ndc: example\n\n";

    @TempDir
    Path folder;

    @Test
    void trustsTheRightCertificateOnly() throws Exception {
        TlsIdentity good = TlsIdentity.forAddress(folder.resolve("good"), "127.0.0.1");
        TlsIdentity other = TlsIdentity.forAddress(folder.resolve("other"), "127.0.0.1");
        try (Slapd slapd = Slapd.in(folder.resolve("slapd")).tls(good).build()) {
            slapd.load(BASE).start();
            for (boolean startTls : new boolean[] {true, false}) {
                LdapUrl url = startTls ? slapd.url() : slapd.tlsUrl();
                assertThat(whoAmI(slapd, url, startTls, good.authority())).isEqualTo("dn:" + slapd.adminDn());
                assertThat(failure(slapd, url, startTls, other.authority())).isEqualTo(LdapFailure.UNTRUSTED);
            }
        }
    }

    @Test
    void theProbeSaysWhereTheWayEnds() throws Exception {
        TlsIdentity good = TlsIdentity.forAddress(folder.resolve("good"), "127.0.0.1");
        TlsIdentity other = TlsIdentity.forAddress(folder.resolve("other"), "127.0.0.1");
        try (Slapd slapd = Slapd.in(folder.resolve("slapd")).tls(good).build()) {
            slapd.load(BASE).start();
            for (boolean startTls : new boolean[] {true, false}) {
                LdapUrl url = startTls ? slapd.url() : slapd.tlsUrl();
                assertThat(probe(slapd, url, startTls, good.authority()))
                        .hasSize(5)
                        .startsWith("CONNECT ok", "TLS ok TLSv1.3, certificate until DAY")
                        .endsWith("ROOT_DSE ok here", "BASE ok " + slapd.suffix());
                assertThat(probe(slapd, url, startTls, other.authority()))
                        .containsExactly("CONNECT ok", "TLS UNTRUSTED");
            }
        }
    }

    private static List<String> probe(Slapd slapd, LdapUrl url, boolean startTls, Path trust)
            throws LdapFailureException {
        LdapSettings settings = settings(slapd, url, startTls, trust);
        try (LdapConnections connections = new LdapConnections(settings)) {
            return connections.probe(url, (_, _) -> "here").stream()
                    .map(step -> step.kind() + " "
                            + step.failure()
                                    .map(Enum::name)
                                    .orElse("ok " + step.words().replaceAll("\\d{4}-\\d\\d-\\d\\d", "DAY"))
                                    .strip())
                    .toList();
        }
    }

    @Test
    void refusesAnothersName() throws Exception {
        TlsIdentity wrong = TlsIdentity.forName(folder.resolve("wrong"), "ldap.example.com");
        try (Slapd slapd = Slapd.in(folder.resolve("slapd")).tls(wrong).build()) {
            slapd.load(BASE).start();
            for (boolean startTls : new boolean[] {true, false}) {
                LdapUrl url = startTls ? slapd.url() : slapd.tlsUrl();
                assertThat(failure(slapd, url, startTls, wrong.authority())).isEqualTo(LdapFailure.UNTRUSTED);
            }
        }
    }

    @Test
    void goesOnWithoutTlsInNoCase() throws Exception {
        TlsIdentity any = TlsIdentity.forAddress(folder.resolve("any"), "127.0.0.1");
        try (Slapd slapd = Slapd.in(folder.resolve("slapd")).build()) {
            slapd.load(BASE).start();
            assertThat(failure(slapd, slapd.url(), true, any.authority())).isEqualTo(LdapFailure.NO_TLS);
        }
    }

    private static LdapFailure failure(Slapd slapd, LdapUrl url, boolean startTls, Path trust) {
        LdapFailureException thrown =
                catchThrowableOfType(LdapFailureException.class, () -> whoAmI(slapd, url, startTls, trust));
        return Objects.requireNonNull(thrown).failure();
    }

    private static String whoAmI(Slapd slapd, LdapUrl url, boolean startTls, Path trust) throws LdapFailureException {
        LdapSettings settings = settings(slapd, url, startTls, trust);
        try (LdapConnections connections = new LdapConnections(settings)) {
            return connections.read((connection, _) -> String.valueOf(
                    ((WhoAmIExtendedResult) connection.processExtendedOperation(new WhoAmIExtendedRequest()))
                            .getAuthorizationID()));
        }
    }

    private static LdapSettings settings(Slapd slapd, LdapUrl url, boolean startTls, Path trust) {
        return LdapSettings.of(
                        "slapd",
                        new LdapSettings.Servers(List.of(url), startTls, Optional.of(trust), false),
                        LdapSettings.Query.of(slapd.suffix(), new LdapShape.Generic()))
                .with(slapd.credentials());
    }
}
