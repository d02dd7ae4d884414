/** Icons by the name the metadata gives them; an unknown name falls back to a plain square. */
import {
  IconActivity, IconAdjustments, IconArrowsSort, IconArticle, IconAt, IconBox, IconBraces, IconBriefcase, IconBuilding,
  IconBuildingFactory2, IconCalendar, IconCalendarEvent, IconCalendarTime, IconCar, IconChartBar, IconChecks,
  IconCheckbox, IconCircleCheck, IconClipboard, IconClock, IconCoin, IconCreditCard, IconDatabase,
  IconDeviceLaptop, IconFile, IconFileText, IconFlag, IconFolder, IconGift, IconGlobe, IconHash, IconHeart,
  IconHeadset, IconHome, IconHourglass, IconKey, IconLayoutKanban, IconLetterCase, IconLifebuoy, IconLink, IconList, IconLocation, IconMail,
  IconMap, IconMapPin, IconMathFunction, IconSum, IconMessage, IconNote, IconPackage, IconPercentage, IconPhone, IconPhoto,
  IconReceipt, IconRocket, IconSchool, IconSettings, IconShield, IconShoppingCart, IconSpeakerphone, IconSquare,
  IconStar, IconTable, IconTag, IconTarget, IconTicket, IconToggleLeft, IconTool, IconTrendingUp, IconTruck,
  IconUser, IconUserCheck, IconUserCircle, IconUsers, IconUsersGroup, IconGitBranch, IconTargetArrow, type Icon as TablerIcon,
} from "@tabler/icons-react";

const ICONS: Record<string, TablerIcon> = {
  activity: IconActivity, adjustments: IconAdjustments, article: IconArticle, at: IconAt, box: IconBox, braces: IconBraces, briefcase: IconBriefcase,
  building: IconBuilding, factory: IconBuildingFactory2, calendar: IconCalendar, "calendar-event": IconCalendarEvent,
  "calendar-time": IconCalendarTime, car: IconCar, chart: IconChartBar, "chart-bar": IconChartBar,
  check: IconCircleCheck, checkbox: IconCheckbox, checks: IconChecks, "circle-check": IconCircleCheck,
  clipboard: IconClipboard, clock: IconClock, coin: IconCoin, "credit-card": IconCreditCard, database: IconDatabase,
  "device-laptop": IconDeviceLaptop, file: IconFile, "file-text": IconFileText, flag: IconFlag, folder: IconFolder,
  gift: IconGift, globe: IconGlobe, hash: IconHash, headset: IconHeadset, heart: IconHeart, home: IconHome, hourglass: IconHourglass,
  kanban: IconLayoutKanban, key: IconKey, "letter-case": IconLetterCase, lifebuoy: IconLifebuoy, link: IconLink,
  list: IconList, location: IconLocation, mail: IconMail, map: IconMap, "map-pin": IconMapPin, function: IconMathFunction, IconSum, sum: IconSum,
  megaphone: IconSpeakerphone, message: IconMessage, note: IconNote, package: IconPackage,
  percentage: IconPercentage, phone: IconPhone, photo: IconPhoto, receipt: IconReceipt, rocket: IconRocket, school: IconSchool,
  settings: IconSettings, shield: IconShield, "shopping-cart": IconShoppingCart, sort: IconArrowsSort,
  speakerphone: IconSpeakerphone, square: IconSquare, star: IconStar, table: IconTable, tag: IconTag,
  target: IconTarget, ticket: IconTicket, toggle: IconToggleLeft, tool: IconTool, "trending-up": IconTrendingUp,
  truck: IconTruck, user: IconUser, "user-check": IconUserCheck, "user-circle": IconUserCircle,
  users: IconUsers, "users-group": IconUsersGroup, "git-branch": IconGitBranch, "target-arrow": IconTargetArrow,
};

export const ICON_NAMES: readonly string[] = Object.keys(ICONS);

export function Icon({ name, size = 16, stroke = 1.75 }: {
  name: string | null | undefined;
  size?: number;
  stroke?: number;
}) {
  const Drawn = ICONS[name ?? ""] ?? IconSquare;
  return <Drawn size={size} stroke={stroke} aria-hidden />;
}
