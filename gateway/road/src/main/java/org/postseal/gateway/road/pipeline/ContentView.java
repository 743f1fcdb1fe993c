package org.postseal.gateway.road.pipeline;

import java.util.List;
import java.util.Optional;
import org.postseal.certstore.CertificateId;
import org.postseal.gateway.smime.LayerVerdict;
import org.postseal.gateway.smime.OpenResult;
import org.postseal.gateway.smime.SignatureVerdict;
import org.postseal.gateway.smime.SignerReport;
import org.postseal.gateway.smime.protect.HeaderReading;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Handling;
import org.postseal.policy.protection.SignedAlgorithm;

/**
 * The content as one recipient has the right to see it. Recipients who may open the content with different keys have
 * different views, even of the same text.
 *
 * @param opened present if a key of the recipient opened the content
 * @param verdict the verdict on all signatures from the root inwards, including those inside the opened content
 * @param layers the verdict on each signature, from the outside in
 * @param isUnauthenticated true if the content was opened, and neither an authentication tag nor a valid signature
 * inside shows that it is unchanged
 * @param suspicion a sign that the content was changed
 * @param digest the algorithm of the signature that the verdict is about
 * @param signers a report on each signer
 * @param keys the certificates of the keys that were tried
 * @param headers the protected header fields that were found (RFC 9788)
 * @param closed why the content is not opened; empty if it is, and if nothing is encrypted
 * @param cause what kept the content from being opened, for the audit log only
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
