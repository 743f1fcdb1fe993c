package org.postseal.gateway.fuzz;

import static org.postseal.gateway.fuzz.Target.demand;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.key.PemFile;
import org.postseal.certstore.key.Pkcs12Bag;
import org.postseal.certstore.key.Pkcs12Contents;
import org.postseal.certstore.key.Pkcs12File;
import org.postseal.certstore.key.Pkcs12Profile;
import org.postseal.certstore.key.Pkcs12Writer;

/** Opens a PKCS #12 file with a password. A key that was read must be the same after it was written and read again. */
final class Pkcs12Target implements Target {
    private static final String PASSWORD = "x";

    @Override
    public String take(byte[] octets) throws Exception {
        return switch (Pkcs12File.open(octets, PASSWORD.toCharArray())) {
            case Pkcs12Contents.WrongPassword _ -> "password";
            case Pkcs12Contents.Refused refused -> {
                demand(!refused.message().isBlank(), "a refusal says why");
                yield "refused";
            }
            case Pkcs12Contents.Opened(List<Pkcs12Bag> bags) -> {
                for (Pkcs12Bag bag : bags) {
                    switch (bag) {
                        case Pkcs12Bag.KeyBag(KeyMaterial key) -> demandSame(key);
                        case Pkcs12Bag.CertificateBag(var certificate) -> CertificateTarget.demandSame(certificate);
                        case Pkcs12Bag.BadBag(String problem, var _) ->
                            demand(!problem.isBlank(), "a problem has words");
                        case Pkcs12Bag.CrlBag _ -> {} // it is not parsed
                    }
                }
                yield "opened";
            }
        };
    }

    private static void demandSame(KeyMaterial key) throws Exception {
        demand(key.toString().equals("[redacted]"), "a key does not show itself");
        KeyMaterial again = PemFile.read(key.toPem().getBytes(StandardCharsets.US_ASCII))
                .keys()
                .getFirst();
        demand(again.publicKey().equals(key.publicKey()), "a key is the same after it was written and read again");
    }

    @Override
    public Map<String, byte[]> made() {
        return Map.of(
                "opened-modern", file(Pkcs12Profile.MODERN, PASSWORD),
                "opened-compatible", file(Pkcs12Profile.COMPATIBLE, PASSWORD),
                "opened-one-round", Pkcs12Writer.write(List.of(identity(Keys.BOB)), PASSWORD.toCharArray(), 1),
                "password", Pkcs12Writer.write(List.of(identity(Keys.ALICE)), "y".toCharArray(), 1));
    }

    private static byte[] file(Pkcs12Profile profile, String password) {
        return Pkcs12Writer.write(List.of(identity(Keys.ALICE)), password.toCharArray(), profile);
    }

    private static Pkcs12Writer.Identity identity(Keys whose) {
        return new Pkcs12Writer.Identity("x", whose.key(), whose.certificate(), List.of(Keys.ROOT.certificate()));
    }

    @Override
    public List<String> samples() {
        return List.of("rfc9216/*.p12");
    }
}
