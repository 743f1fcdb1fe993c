/** The demonstration: two gateways with temporary keys, messages through them, and what becomes of the messages. */
@NullMarked
package org.postseal.gateway.app.demo;

import org.jspecify.annotations.NullMarked;
