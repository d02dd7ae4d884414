/** How a lifted card finds its lane: by its horizontal place only. */
import { closestCenter, type CollisionDetection } from "@dnd-kit/core";

export const laneBelow: CollisionDetection = (args) => {
  const { collisionRect, pointerCoordinates, droppableRects, droppableContainers } = args;
  const x = pointerCoordinates?.x ?? collisionRect.left + collisionRect.width / 2;
  const found = droppableContainers.find(({ id }) => {
    const rect = droppableRects.get(id);
    return rect !== undefined && x >= rect.left && x < rect.left + rect.width;
  });
  return found === undefined ? closestCenter(args) : [{ id: found.id }];
};
