package org.postseal.policy.deciding;

import org.postseal.policy.outcome.Decision;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.SigningSettings;

/** The result of an attempt to protect a message. */
sealed interface Attempt {
    Attempt NOT_MADE = new NotMade();

    record Signed(SigningSettings.Signer signer) implements Attempt {}

    record Encrypted(EncryptionSettings chosen) implements Attempt {}

    record NotMade() implements Attempt {}

    /** There is no encryption, and the copy may leave only if it is signed. */
    record SignedInstead() implements Attempt {}

    record Failed(Decision decision) implements Attempt {}
}
