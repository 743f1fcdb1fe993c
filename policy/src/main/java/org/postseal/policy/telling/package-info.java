/**
 * A policy for people who read it and do not write it: its description in words, and the lines of its text.
 */
@NullMarked
package org.postseal.policy.telling;

import org.jspecify.annotations.NullMarked;
