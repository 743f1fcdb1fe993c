/**
 * The interoperability tables: the gateway's own signer, encryptor, opener and verifier on one side, another S/MIME program on the other, every algorithm, both ways. {@code bin/interop} prints them, {@code docs/interop.md}
 * keeps them, {@link org.postseal.gateway.e2e.interop.InteropIT} runs them.
 */
@NullMarked
package org.postseal.gateway.e2e.interop;

import org.jspecify.annotations.NullMarked;
