package org.postseal.certstore.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.cert.CRLException;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.path.ListMaker;
import org.postseal.certstore.path.TestAuthority;

class RevocationListTest {
    /** A fuzzer found it: the name was first looked at while a path was judged, which then ended with an exception. */
    @Test
    void aDamagedIssuerIsRefusedAtOnce() throws Exception {
        byte[] der = ListMaker.current(new TestAuthority("nobody")).der();
        assertThat(RevocationList.of(der).issuer().toString()).isEqualTo("CN=nobody");
        String text = new String(der, StandardCharsets.ISO_8859_1);
        byte[] damaged = text.replace("nobody", "nob\u00ff\u00ff\u00ff").getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> RevocationList.of(damaged)).isInstanceOf(CRLException.class);
    }
}
