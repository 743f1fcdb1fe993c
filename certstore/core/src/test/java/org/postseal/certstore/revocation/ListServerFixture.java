package org.postseal.certstore.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.path.ListMaker.listsAt;

import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.fetch.TestServer;
import org.postseal.certstore.path.TestAuthority;

/** Holds a certificate that names the address of a list, and the server that gives the list. */
abstract class ListServerFixture {
    static final Instant THEN = Instant.parse("2026-03-01T00:00:00Z");

    final Bench bench = new Bench(RevocationOrder.CRL_ONLY);
    final TestAuthority root = bench.root;
    final TestServer server = bench.server;
    final MailCertificate leaf = root.leaf(listsAt(server.uri("/crl")));

    @AfterEach
    void stop() throws Exception {
        assertThat(bench.canary.hits()).isZero();
        bench.close();
    }

    void serve(byte[] list) {
        server.on("/crl", TestServer.body(list));
    }
}
