/**
 * Makes the interoperability tables. The gateway's own signer, encryptor, opener and verifier are on one side and
 * another S/MIME program on the other, with every algorithm, both ways. {@code bin/interop} prints the tables, {@code
 * docs/interop.md} keeps them, and {@link org.postseal.gateway.e2e.interop.InteropIT} runs them.
 */
@NullMarked
package org.postseal.gateway.e2e.interop;

import org.jspecify.annotations.NullMarked;
