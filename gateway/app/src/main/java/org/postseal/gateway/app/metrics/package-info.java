/**
 * Shows over HTTP how a running gateway is: figures for Prometheus, and whether it is alive and ready. The parts that
 * are watched do not know about it: it wraps their interfaces, or reads them when somebody asks. No label ever holds
 * what a message or a peer said.
 */
@NullMarked
package org.postseal.gateway.app.metrics;

import org.jspecify.annotations.NullMarked;
