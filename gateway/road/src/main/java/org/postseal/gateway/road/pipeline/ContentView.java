package org.postseal.gateway.road.pipeline;

import java.util.List;
import java.util.Optional;
import org.postseal.certstore.CertificateId;
import org.postseal.gateway.smime.LayerVerdict;
import org.postseal.gateway.smime.OpenResult;
import org.postseal.gateway.smime.SignatureVerdict;
import org.postseal.gateway.smime.SignerReport;
import org.postseal.gateway.smime.protect.HeaderReading;
import org.postseal.policy.Facts;
import org.postseal.policy.Handling;
import org.postseal.policy.SignedAlgorithm;

/**
 * The content as one recipient has the right to see it. Recipients who may open it with different keys have different views, even of the same text.
 *
 * @param opened present when a key of the recipient opened it
 * @param verdict on all signatures from the root inwards, those of the opened content included
 * @param layers the verdict on each of them, from outside
 * @param isUnauthenticated opened, and neither a tag nor a valid signature inside says that nobody changed it
 * @param suspicion a sign that somebody did
 * @param digest of that signature
 * @param signers each of them
 * @param keys certificates of the keys that were tried
 * @param headers protected header fields that were found (RFC 9788)
 * @param closed why it is not opened; empty when it is, and where nothing is encrypted
 * @param cause what stood against opening, for the audit log only
 */
record ContentView(
        Optional<OpenResult.Opened> opened,
        SignatureVerdict verdict,
        List<LayerVerdict> layers,
        boolean isUnauthenticated,
        Optional<Facts.Suspicion> suspicion,
        Optional<SignedAlgorithm> digest,
        List<SignerReport> signers,
        List<CertificateId> keys,
        Optional<HeaderReading> headers,
        Optional<Handling.Closed> closed,
        Optional<String> cause) {}
