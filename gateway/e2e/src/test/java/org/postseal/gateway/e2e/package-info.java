/**
 * Tests the gateway as a real process between real peers: Postfix on both sides, and OpenSSL, gpgsm and NSS, which open
 * what it seals and make what it opens. Each class shares one set of processes. Everything lives in temporary
 * directories and on free loopback ports, and the machine's own Postfix is never touched.
 */
@NullMarked
package org.postseal.gateway.e2e;

import org.jspecify.annotations.NullMarked;
