package org.postseal.gateway.admin.cli.ca;

import java.util.List;
import java.util.Optional;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.admin.cli.support.Words;
import picocli.CommandLine.ITypeConverter;

/**
 * Reads the kinds of key that an authority certifies, by their names on the command line: those that the Baseline
 * Requirements allow, and those on Brainpool curves.
 */
public final class KeyWord implements ITypeConverter<KeyAlgorithm> {
    /** All names, for the help text. */
    public static final String WORDS = "rsa2048, rsa3072, rsa4096, p256, p384, p521, brainpoolp256r1, brainpoolp384r1,"
            + " brainpoolp512r1, ed25519, ed448";

    /** All kinds by their names. */
    public static final Words<KeyAlgorithm> ALL = Words.of(List.of(
            KeyAlgorithm.RSA2048,
            KeyAlgorithm.RSA3072,
            KeyAlgorithm.RSA4096,
            KeyAlgorithm.P256,
            KeyAlgorithm.P384,
            KeyAlgorithm.P521,
            KeyAlgorithm.BRAINPOOLP256R1,
            KeyAlgorithm.BRAINPOOLP384R1,
            KeyAlgorithm.BRAINPOOLP512R1,
            KeyAlgorithm.ED25519,
            KeyAlgorithm.ED448));

    public static Optional<KeyAlgorithm> parse(String text) {
        return ALL.find(text);
    }

    @Override
    public KeyAlgorithm convert(String text) {
        return ALL.convert(text);
    }
}
