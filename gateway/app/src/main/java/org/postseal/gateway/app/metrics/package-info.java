/**
 * What a running gateway shows of itself: figures for Prometheus, and whether it lives and is ready, over HTTP. The rooms that are watched do not know of it: it stands around their interfaces,
 * or asks them when somebody reads. No label ever holds what a message or a peer said.
 */
@NullMarked
package org.postseal.gateway.app.metrics;

import org.jspecify.annotations.NullMarked;
