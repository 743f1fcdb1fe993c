package org.postseal.gateway.smime;

import java.util.function.IntFunction;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.WrappedContentKey;

/**
 * Holds a content key that one of our keys can recover.
 *
 * @param key our key
 * @param algorithm key transport, key agreement or encapsulation, for the audit log
 * @param isOldWrap whether the content key came wrapped by TripleDES
 * @param wrapped gives the wrapped key, once the length that the content cipher demands is known
 */
record RecipientKey(
        KeyHandle key, ASN1ObjectIdentifier algorithm, boolean isOldWrap, IntFunction<WrappedContentKey> wrapped) {}
