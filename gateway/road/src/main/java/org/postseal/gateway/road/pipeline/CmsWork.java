package org.postseal.gateway.road.pipeline;

import org.postseal.gateway.smime.CmsEncryptor;
import org.postseal.gateway.smime.CmsLimits;
import org.postseal.gateway.smime.CmsOpener;
import org.postseal.gateway.smime.CmsSigner;
import org.postseal.gateway.smime.SignatureVerifier;
import org.postseal.gateway.smime.VerifiedSigner;

/**
 * What signs, encrypts, opens and verifies the messages of a road, and the gate that each of them passes. Thread-safe.
 */
public final class CmsWork {
    private final CryptoGate gate;
    private final CmsSigner signer = new CmsSigner();
    private final CmsEncryptor encryptor = new CmsEncryptor();
    private final CmsOpener opener = new CmsOpener(CmsLimits.DEFAULT);
    private final SignatureVerifier verifier;

    /**
     * @param gate the one gate of the process for cryptographic work
     * @param observer is told of every good signature
     */
    public CmsWork(CryptoGate gate, VerifiedSigner.Observer observer) {
        this.gate = gate;
        this.verifier = new SignatureVerifier(observer);
    }

    /** Waits for the message's turn at cryptographic work and takes it. */
    CryptoGate.Place turn(Arrival arrival) {
        return arrival.preparation().enter(gate.line(arrival.envelope().peer(), arrival.clock()));
    }

    CmsSigner signer() {
        return signer;
    }

    CmsEncryptor encryptor() {
        return encryptor;
    }

    CmsOpener opener() {
        return opener;
    }

    SignatureVerifier verifier() {
        return verifier;
    }
}
