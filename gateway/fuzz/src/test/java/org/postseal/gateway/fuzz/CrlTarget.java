package org.postseal.gateway.fuzz;

import static org.postseal.gateway.fuzz.Target.demand;

import java.math.BigInteger;
import java.security.cert.CRLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.x509.Extension;
import org.postseal.certstore.format.CertificateFile;
import org.postseal.certstore.format.CertificateFiles;
import org.postseal.certstore.format.ReadOptions;
import org.postseal.certstore.path.ListMaker;
import org.postseal.certstore.path.TestAuthority;
import org.postseal.certstore.revocation.MemoryRevocationStore;
import org.postseal.certstore.revocation.RevocationList;
import org.postseal.certstore.revocation.RevocationOrder;

/** Reads a revocation list as a file, and as one that came with a message and is believed if the root signed it. */
final class CrlTarget implements Target {
    private final Revocation revocation = new Revocation(RevocationOrder.CRL_ONLY, new MemoryRevocationStore(1 << 20));

    @Override
    public String take(byte[] octets) throws Exception {
        if (CertificateFiles.read("list", octets, ReadOptions.strict()) instanceof CertificateFile.Contents contents) {
            for (var each : contents.crls()) {
                demand(!each.crl().getIssuer().toString().isEmpty(), "a list has an issuer");
            }
        }
        RevocationList list;
        try {
            list = RevocationList.of(octets);
        } catch (CRLException refused) {
            return "refused";
        }
        var _ = list.nextUpdate();
        var _ = list.thisUpdate();
        return revocation.judge(List.of(list));
    }

    @Override
    public Map<String, byte[]> made() {
        TestAuthority root = new TestAuthority("Fuzz root", Keys.ROOT.key());
        TestAuthority other = new TestAuthority("Fuzz root");
        Instant then = Instant.parse("2026-03-01T00:00:00Z");
        return Map.of(
                "revoked-one",
                ListMaker.current(root)
                        .revoke(Keys.CAROL.certificate(), then, 1)
                        .der(),
                "revoked-many",
                ListMaker.current(root)
                        .revoke(BigInteger.valueOf(77), then, 0)
                        .revoke(Keys.CAROL.certificate(), then, 4)
                        .extension(Extension.cRLNumber, false, new ASN1Integer(7))
                        .der(),
                "unknown-old",
                ListMaker.dated(root, then, then.plusSeconds(60))
                        .revoke(Keys.CAROL.certificate(), then, 1)
                        .der(),
                "unknown-signer",
                ListMaker.current(other)
                        .revoke(Keys.ALICE.certificate(), then, 1)
                        .der());
    }

    @Override
    public List<String> samples() {
        return List.of("pkits/**.crl", "rfc4134/*.crl");
    }
}
