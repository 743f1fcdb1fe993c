package org.postseal.gateway.road.pipeline;

import java.io.IOException;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smime.ContentClassifier;
import org.postseal.gateway.smime.ContentClassifier.Classification;
import org.postseal.gateway.smime.LayerReader;
import org.postseal.gateway.smime.Layers;
import org.postseal.gateway.smime.SenderEncryption;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Handling;

/**
 * The protection that a message came with, as far as it can be told without a key.
 *
 * @param layers the layers from the root inwards, up to a ciphertext
 * @param atRoot the protection at the root
 * @param encryption the encryption that the message came with
 */
record FoundProtection(Layers layers, Classification atRoot, SenderEncryption encryption) {
    static FoundProtection of(MimeEntity root, Spool.Scope scope) throws IOException {
        Layers layers = new LayerReader(LayerReader.MOST, scope).read(root, "");
        SenderEncryption encryption = SenderEncryption.of(root, layers);
        return new FoundProtection(
                layers,
                encryption instanceof SenderEncryption.None
                        ? ContentClassifier.classify(root)
                        : new Classification(Facts.Content.ENCRYPTED, Handling.Came.ENCRYPTED),
                encryption);
    }
}
