package org.postseal.gateway.road.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.PublicKey;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.postseal.certstore.Digest;
import org.postseal.gateway.audit.chain.CheckpointKey;

/**
 * The policy of one epoch with the files that test it. An admin signs its {@link #statement}, so that neither a file
 * nor the epoch can be another one.
 *
 * @param files the policy, then files of cases and the messages that they name
 */
public record PolicyBundle(long epoch, List<File> files) {
    public PolicyBundle {
        files = List.copyOf(files);
    }

    /**
     * A file of a bundle.
     *
     * @param name its path, relative to the folder of the policy
     */
    public record File(String name, byte[] octets) {
        public String sha256() {
            return Digest.SHA_256.hex(octets);
        }
    }

    /** Returns the SHA-256 of the policy, by which records name it. */
    public String sha256() {
        return files.getFirst().sha256();
    }

    /** Returns the octets that are signed: three words, the epoch, and each file as {@code sha256sum} prints it. */
    public byte[] statement() {
        return files.stream()
                .map(file -> file.sha256() + "  " + file.name() + "\n")
                .collect(Collectors.joining("", "postseal fleet policy\nepoch " + epoch + "\n", ""))
                .getBytes(UTF_8);
    }

    /** Returns true if one of these keys has signed the bundle. A name of two lines could hide that a file is gone. */
    public boolean isSigned(Collection<PublicKey> signers, byte[] signature) {
        if (files.stream().anyMatch(file -> file.name().contains("\n"))) {
            return false;
        }
        byte[] statement = statement();
        return signers.stream().anyMatch(signer -> CheckpointKey.hasSigned(signer, statement, signature));
    }
}
