/**
 * Physical memory, reduced to a grid that can be drawn: {@link
 * dev.tablewalk.cypher.picture.FrameMapReader} asks a checkpoint for its frames and fills a {@link
 * dev.tablewalk.cypher.picture.FrameMap}.
 */
@NullMarked
package dev.tablewalk.cypher.picture;

import org.jspecify.annotations.NullMarked;
