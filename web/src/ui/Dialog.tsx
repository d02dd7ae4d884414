/** A dialog over the page; its way out has a name in the person's language. Escape closes what lies on top: a menu or
 * an editor over the dialog before the dialog itself. */
import { Modal, type ModalProps } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function Dialog({ closeOnEscape = true, ...props }: ModalProps) {
  const { t } = useTranslation();
  return (
    <Modal
      {...props}
      closeOnEscape={false}
      closeButtonProps={{ "aria-label": t("common.close") }}
      onKeyDown={(event) => {
        const at = event.target as Element;
        const inside = event.currentTarget.contains(at) && at.getAttribute("data-mantine-stop-propagation") !== "true";
        if (event.key === "Escape" && closeOnEscape && inside && !event.defaultPrevented) props.onClose();
      }}
    />
  );
}
