package org.postseal.certstore.remote.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.sdk.LDAPConnection;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the fixture itself, for what other tests rely on. */
class SlapdIT {
    private static final String BASE = "dn: dc=example,dc=com\nobjectClass: domain\ndc: example\n\n";

    @TempDir
    Path folder;

    @Test
    void keepsWhatWasLoadedOverAKillAndARestartOnTheSamePort() throws Exception {
        try (Slapd slapd =
                Slapd.in(folder.resolve("slapd")).database("overlay syncprov").build()) {
            slapd.load(BASE).start();
            LdapUrl url = slapd.url();
            slapd.kill();
            slapd.start();
            assertThat(slapd.url()).isEqualTo(url);
            try (LDAPConnection admin = slapd.admin()) {
                assertThat(admin.getEntry("dc=example,dc=com")).isNotNull();
            }
            slapd.stop();
        }
    }

    @Test
    void hasTlsOnAPortOfItsOwn() throws Exception {
        TlsIdentity tls = TlsIdentity.forAddress(folder.resolve("tls"), "127.0.0.1");
        try (Slapd slapd = Slapd.in(folder.resolve("slapd")).tls(tls).build()) {
            slapd.load(BASE).start();
            assertThat(slapd.tlsUrl().isTls()).isTrue();
            assertThat(slapd.tlsUrl().port()).isNotEqualTo(slapd.url().port());
        }
    }
}
