/**
 * The road of one message: inspect, open, decide, split, seal, deliver, audit, reply. Every message gets objects of its
 * own, which are thrown away after the reply.
 */
@NullMarked
package org.postseal.gateway.road.pipeline;

import org.jspecify.annotations.NullMarked;
