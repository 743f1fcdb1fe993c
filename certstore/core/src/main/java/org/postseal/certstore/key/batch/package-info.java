/**
 * Does RSA operations of concurrent messages in one call of Intel's Cryptography Primitives (libcrypto-mb), up to eight
 * at a time. {@code RsaBatches} is the way in, {@code Gathering} decides who waits for whom, and {@code CryptoMb} calls
 * the library by java.lang.foreign. The numbers that the library sees are blinded, and what it answers is checked
 * before anybody else sees it.
 */
@NullMarked
package org.postseal.certstore.key.batch;

import org.jspecify.annotations.NullMarked;
