/**
 * The mail of ACME authorities (RFC 8823): what a challenge looks like, what proves it, and how it is answered. Nothing
 * here decides about a message; the pipeline does.
 */
@NullMarked
package org.postseal.gateway.road.acme;

import org.jspecify.annotations.NullMarked;
