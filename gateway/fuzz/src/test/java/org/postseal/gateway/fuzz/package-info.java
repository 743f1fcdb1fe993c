/**
 * Gives octets that a fuzzer makes to everything that reads foreign octets, and checks what must hold whatever they
 * are. {@code Jazzed} is where Jazzer begins, {@code FuzzRun} what {@code bin/fuzz} starts, and {@code KeptInputsTest}
 * runs chosen inputs without a fuzzer.
 */
@NullMarked
package org.postseal.gateway.fuzz;

import org.jspecify.annotations.NullMarked;
