/**
 * The demonstration: a gateway with temporary keys, messages through it, and what becomes of them.
 */
@NullMarked
package org.postseal.gateway.app.demo;

import org.jspecify.annotations.NullMarked;
